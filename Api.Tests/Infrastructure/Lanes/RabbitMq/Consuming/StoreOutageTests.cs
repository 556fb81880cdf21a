using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// However long the store is unavailable, messages are delivered only a few times and never reach the delivery limit of the broker.
/// </summary>
internal sealed class StoreOutageTests
{
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5), Outage = TimeSpan.FromDays(2);

    [Test]
    public async Task While_the_store_is_unavailable_for_days_the_consumers_stop_and_messages_stay_in_their_queue()
    {
        await using var rig = await LaneRig.StartAsync();
        var (clock, applied) = (new ManualTimeProvider(), new AppliedEvents());
        var (isDown, tries, probes) = (true, 0, 0);
        await rig.StartWorkerAsync(
            (payloads, _) =>
            {
                Interlocked.Increment(ref tries);
                if (Volatile.Read(ref isDown)) throw new StoreUnavailableException("The store is unavailable.");
                applied.Record(payloads);
                return Task.CompletedTask;
            },
            _ =>
            {
                Interlocked.Increment(ref probes);
                return Volatile.Read(ref isDown) ? throw new StoreUnavailableException("The store is unavailable.") : Task.CompletedTask;
            },
            clock);
        await rig.AppendAsync(2, 1);
        await AdvanceUntilAsync(clock, () => Volatile.Read(ref probes) > 0, "the worker stops consuming and probes the store");
        await rig.UntilReadyAsync(LaneTopology.Queue(2), 1);
        var (triesBefore, since) = (Volatile.Read(ref tries), clock.GetUtcNow());
        await AdvanceUntilAsync(clock, () => clock.GetUtcNow() - since > Outage && Volatile.Read(ref probes) > 20, "two days pass");
        Assert.That(Volatile.Read(ref tries), Is.EqualTo(triesBefore), "nothing is delivered meanwhile");

        Volatile.Write(ref isDown, false);
        await AdvanceUntilAsync(clock, () => applied.Count > 0, "the store is available again and the message is applied");
        Assert.That(applied.Of(2), Is.EqualTo([1]));
        Assert.That(await rig.Broker.ReadyAsync(LaneTopology.Parked), Is.Zero, "an outage parks nothing");
    }

    [Test]
    public async Task A_failing_lane_that_another_worker_has_taken_over_is_not_reported_after_the_consumers_restart()
    {
        await using var rig = await LaneRig.StartAsync();
        var (clock, applied) = (new ManualTimeProvider(), new AppliedEvents());
        var (isDown, probes) = (true, 0);
        await rig.StartWorkerAsync(
            (_, _) => throw new EverythingFailsException(new InvalidOperationException("Unexpected failure.")),
            _ =>
            {
                Interlocked.Increment(ref probes);
                return Volatile.Read(ref isDown) ? throw new StoreUnavailableException("The store is unavailable.") : Task.CompletedTask;
            },
            clock);
        await rig.AppendAsync(2, 1);
        await AdvanceUntilAsync(clock, () => Volatile.Read(ref probes) > 0, "the worker gives up and its consumers stop");
        Assert.That(rig.Health.Failing, Is.EqualTo(new[] { "lanes" }), "the worker does not consume because of the failure");
        await rig.StartWorkerAsync(applied.Handler);
        await Eventually.TrueAsync(() => applied.Of(2).SequenceEqual([1]), "another worker takes the lane over");

        Volatile.Write(ref isDown, false);
        await AdvanceUntilAsync(clock, () => rig.Health.Failing.Count == 0, "this worker reports no failure any more");
    }

    private static Task AdvanceUntilAsync(ManualTimeProvider clock, Func<bool> condition, string awaited) => Eventually.TrueAsync(
        () =>
        {
            clock.Advance(LongestRetryDelay * 100);
            return condition();
        },
        awaited);
}
