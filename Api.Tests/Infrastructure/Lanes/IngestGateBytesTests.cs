using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes;

/// <summary>Large events that wait go out in several appends, so that memory is bounded by bytes and not by their number.</summary>
internal sealed class IngestGateBytesTests
{
    private const int EventBytes = 32 * 1024, Events = 100, Submissions = 20, MostBytes = 8 * 1024 * 1024;

    [Test]
    public async Task What_gathers_behind_an_append_is_taken_a_few_mebibytes_at_a_time()
    {
        var transport = new HeldTransport();
        await using var gate = new IngestGate(transport, new AcceptingProcess(), Options.Create(new MessagingOptions()));
        var first = gate.SubmitAsync([Event("first", 0)]);
        await transport.Began;
        var others = Enumerable.Range(0, Submissions)
            .Select(number => gate.SubmitAsync([.. Enumerable.Range(0, Events).Select(each => Event($"{number}-{each}", EventBytes))]))
            .ToArray();
        transport.LetGo();
        await Task.WhenAll([first, .. others]);
        Assert.That(transport.Appended.Max(), Is.LessThan(MostBytes + (2 * Events * EventBytes)), "one submission may go beyond the bound");
        Assert.That(transport.Appended.Sum(), Is.GreaterThan((long)Submissions * Events * EventBytes), "and nothing is left behind");
    }

    private static EventEnvelope Event(string id, int bytes) => new()
    {
        Source = "gate",
        Id = id,
        Type = EventType.UsageLogin,
        AccountId = "a",
        OccurredAt = DateTimeOffset.UnixEpoch,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        ContentHash = 1,
        Data = new byte[bytes],
    };

    private sealed class HeldTransport : ILaneTransport
    {
        private readonly TaskCompletionSource _began = new(), _goOn = new();

        public List<long> Appended { get; } = [];

        public Task Began => _began.Task;

        public int Writers => 1;

        public TimeSpan BacklogFreshness => TimeSpan.Zero;

        public async Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation)
        {
            Appended.Add(batches.Sum(batch => (long)batch.Payload.Length));
            _began.TrySetResult();
            await _goOn.Task;
        }

        public Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<LaneBacklog> BacklogAsync(CancellationToken cancellation) => Task.FromResult(new LaneBacklog(0, null));

        public Task<bool> IsReachableAsync(CancellationToken cancellation) => Task.FromResult(true);

        public void LetGo() => _goOn.SetResult();
    }
}
