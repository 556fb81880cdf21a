using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes;

/// <summary>
/// Large waiting events are written in several appends, because memory is bounded by bytes and not by the number of events.
/// </summary>
internal sealed class IngestGateBytesTests
{
    private const int EventBytes = 32 * 1024, Events = 100, Submissions = 20, MostBytes = 8 * 1024 * 1024;

    [Test]
    public async Task Events_that_wait_for_an_append_are_appended_a_few_mebibytes_at_a_time()
    {
        var transport = new HeldTransport();
        await using var gate = new IngestGate(transport, new AcceptingProcess(), Options.Create(new MessagingOptions()));
        var first = gate.SubmitAsync([Event("first", 0)]);
        await transport.Began;
        var others = Enumerable.Range(0, Submissions)
            .Select(number => gate.SubmitAsync([.. Enumerable.Range(0, Events).Select(each => Event($"{number}-{each}", EventBytes))]))
            .ToArray();
        transport.Release();
        await Task.WhenAll([first, .. others]);
        Assert.That(transport.Appended.Max(), Is.LessThan(MostBytes + (2 * Events * EventBytes)), "one submission may exceed the bound");
        Assert.That(transport.Appended.Sum(), Is.GreaterThan((long)Submissions * Events * EventBytes), "every event is appended");
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
        private readonly TaskCompletionSource _began = new(), _release = new();

        public List<long> Appended { get; } = [];

        public Task Began => _began.Task;

        public int Writers => 1;

        public TimeSpan BacklogFreshness => TimeSpan.Zero;

        public async Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation)
        {
            Appended.Add(batches.Sum(batch => (long)batch.Payload.Length));
            _began.TrySetResult();
            await _release.Task;
        }

        public Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<LaneBacklog> BacklogAsync(CancellationToken cancellation) => Task.FromResult(new LaneBacklog(0, null));

        public Task<bool> IsReachableAsync(CancellationToken cancellation) => Task.FromResult(true);

        public void Release() => _release.SetResult();
    }
}
