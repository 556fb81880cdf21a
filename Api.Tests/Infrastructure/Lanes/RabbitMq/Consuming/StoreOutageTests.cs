using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// However long the store is away, its messages are delivered a few times and never reach the broker's limit of deliveries.
/// </summary>
internal sealed class StoreOutageTests
{
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5), Away = TimeSpan.FromDays(2);

    [Test]
    public async Task While_the_store_is_away_for_days_the_consumers_stop_and_messages_stay_in_their_queue()
    {
        await using var rig = await LaneRig.StartAsync();
        var (clock, applied) = (new ManualTimeProvider(), new Applied());
        var (isAway, tries, asked) = (true, 0, 0);
        await rig.StartWorkerAsync(
            (payloads, _) =>
            {
                Interlocked.Increment(ref tries);
                if (Volatile.Read(ref isAway)) throw new StoreUnavailableException("The store is away.");
                applied.Keep(payloads);
                return Task.CompletedTask;
            },
            _ =>
            {
                Interlocked.Increment(ref asked);
                return Volatile.Read(ref isAway) ? throw new StoreUnavailableException("The store is away.") : Task.CompletedTask;
            },
            clock);
        await rig.AppendAsync(2, 1);
        await AdvanceUntilAsync(clock, () => Volatile.Read(ref asked) > 0, "the worker gives up and asks the store");
        await rig.UntilReadyAsync(LaneTopology.Queue(2), 1);
        var (triesBefore, since) = (Volatile.Read(ref tries), clock.GetUtcNow());
        await AdvanceUntilAsync(clock, () => clock.GetUtcNow() - since > Away && Volatile.Read(ref asked) > 20, "two days pass");
        Assert.That(Volatile.Read(ref tries), Is.EqualTo(triesBefore), "nothing is delivered meanwhile");

        Volatile.Write(ref isAway, false);
        await AdvanceUntilAsync(clock, () => applied.Count > 0, "the store is back and the message is applied");
        Assert.That(applied.Of(2), Is.EqualTo([1]));
        Assert.That(await rig.Broker.ReadyAsync(LaneTopology.Parked), Is.Zero, "an outage parks nothing");
    }

    [Test]
    public async Task A_failing_lane_that_another_worker_has_taken_over_is_no_longer_named_once_the_consumers_start_again()
    {
        await using var rig = await LaneRig.StartAsync();
        var (clock, applied) = (new ManualTimeProvider(), new Applied());
        var (isAway, asked) = (true, 0);
        await rig.StartWorkerAsync(
            (_, _) => throw new EverythingFailsException(new InvalidOperationException("The unexpected.")),
            _ =>
            {
                Interlocked.Increment(ref asked);
                return Volatile.Read(ref isAway) ? throw new StoreUnavailableException("The store is away.") : Task.CompletedTask;
            },
            clock);
        await rig.AppendAsync(2, 1);
        await AdvanceUntilAsync(clock, () => Volatile.Read(ref asked) > 0, "the worker gives up and its consumers stop");
        Assert.That(rig.Health.Failing, Is.EqualTo(new[] { "lanes" }), "it does not consume because of the failure");
        await rig.StartWorkerAsync(applied.Handler);
        await Eventually.TrueAsync(() => applied.Of(2).SequenceEqual([1]), "another worker takes the lane over");

        Volatile.Write(ref isAway, false);
        await AdvanceUntilAsync(clock, () => rig.Health.Failing.Count == 0, "nothing of this worker fails any more");
    }

    private static Task AdvanceUntilAsync(ManualTimeProvider clock, Func<bool> condition, string awaited) => Eventually.TrueAsync(
        () =>
        {
            clock.Advance(LongestRetryDelay * 100);
            return condition();
        },
        awaited);
}
