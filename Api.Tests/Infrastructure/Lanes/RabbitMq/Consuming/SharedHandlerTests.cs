using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>Several lanes share one call of the handler, and its result.</summary>
internal sealed class SharedHandlerTests
{
    [Test]
    public async Task Messages_that_arrive_during_a_call_share_the_next_one()
    {
        var (gate, entered, calls) = (new TaskCompletionSource(), new TaskCompletionSource(), new List<byte[]>());
        await using var shared = new SharedHandler(async (payloads, _) =>
        {
            calls.Add([.. payloads.Select(payload => payload.Payload.Span[0])]);
            entered.TrySetResult();
            await gate.Task;
        });
        var first = shared.ProcessAsync(Payloads(1), CancellationToken.None);
        await entered.Task;
        Task[] others =
            [shared.ProcessAsync(Payloads(2, 3), CancellationToken.None), shared.ProcessAsync(Payloads(4), CancellationToken.None)];
        gate.SetResult();
        await Task.WhenAll([first, .. others]);
        Assert.That(calls, Is.EqualTo(new byte[][] { [1], [2, 3, 4] }));
    }

    [Test]
    public async Task After_a_failed_call_the_next_one_is_made()
    {
        var outage = true;
        await using var shared = new SharedHandler(
            (_, _) => outage ? throw new StoreUnavailableException("The store is unavailable.") : Task.CompletedTask);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => shared.ProcessAsync(Payloads(1), CancellationToken.None));
        outage = false;
        await shared.ProcessAsync(Payloads(1), CancellationToken.None);
    }

    [Test]
    public async Task A_failed_call_fails_for_every_lane_that_shares_it()
    {
        var (gate, entered, calls) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        await using var shared = new SharedHandler(async (_, _) =>
        {
            if (++calls == 2) throw new StoreUnavailableException("The store is unavailable.");
            entered.TrySetResult();
            await gate.Task;
        });
        var first = shared.ProcessAsync(Payloads(1), CancellationToken.None);
        await entered.Task;
        Task[] sharing =
            [shared.ProcessAsync(Payloads(2), CancellationToken.None), shared.ProcessAsync(Payloads(3), CancellationToken.None)];
        gate.SetResult();
        await first;
        foreach (var lane in sharing)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => lane.WaitAsync(Eventually.Patience));
    }

    [Test]
    public async Task A_call_takes_a_bounded_number_of_events()
    {
        var (gate, entered, calls) = (new TaskCompletionSource(), new TaskCompletionSource(), new List<int>());
        await using var shared = new SharedHandler(async (payloads, _) =>
        {
            calls.Add(payloads.Count);
            entered.TrySetResult();
            await gate.Task;
        });
        var first = shared.ProcessAsync(Payloads(1), CancellationToken.None);
        await entered.Task;
        var others = Enumerable.Range(0, 6)
            .Select(_ => shared.ProcessAsync([.. Enumerable.Repeat(Payloads(1)[0], 1_000)], CancellationToken.None)).ToList();
        gate.SetResult();
        await Task.WhenAll([first, .. others]);
        Assert.That(calls, Is.EqualTo(new[] { 1, 4_000, 2_000 }));
    }

    private static LaneMessage[] Payloads(params byte[] marks) => [.. marks.Select(mark => new LaneMessage(new byte[] { mark }))];
}
