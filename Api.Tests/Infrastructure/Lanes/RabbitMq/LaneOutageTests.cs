using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Infrastructure.Lanes;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq;

/// <summary>Outages of the broker. A manual clock that is not moved proves that a call has not waited for a time-out.</summary>
internal sealed class LaneOutageTests
{
    private static readonly TimeSpan PublishTimeout = new RabbitMqOptions().PublishTimeout;

    [TearDown]
    public void Thaw() => RabbitMqBroker.Shared.Thaw();

    [Test]
    public async Task Confirmed_batches_survive_a_kill_of_the_broker()
    {
        await using var rig = await LaneRig.StartAsync();
        var numbers = Enumerable.Range(0, 500).ToArray();
        await rig.AppendAsync(1, numbers);

        RabbitMqBroker.Shared.Kill();
        RabbitMqBroker.Shared.Restart();
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);

        await Eventually.TrueAsync(() => applied.Count >= numbers.Length, "the confirmed batches are delivered after the restart");
        Assert.That(applied.Of(1), Is.EqualTo(numbers));
        Assert.That(await rig.SpilledAsync(), Is.Empty, "they were on the broker, not in the table");
    }

    [Test]
    public async Task Without_a_broker_appends_spill_at_once_and_after_its_restart_they_go_to_the_broker_again()
    {
        await using var rig = await LaneRig.StartAsync();
        RabbitMqBroker.Shared.Kill();

        await rig.AppendAsync(1, 1, 2, 3);
        await rig.AppendAsync(2, 4);
        Assert.That(await rig.SpilledAsync(), Is.EqualTo([1, 2, 3, 4]), "unconfirmed batches are in the table, in order");
        Assert.That(await rig.Transport.IsReachableAsync(CancellationToken.None), Is.False, "the transport is not reachable");

        RabbitMqBroker.Shared.Restart();
        await rig.UntilReachableAsync();
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);
        await rig.AppendAsync(1, 5);
        await Eventually.TrueAsync(() => applied.Of(1).Contains(5), "the broker delivers the batch");
        Assert.That(await rig.SpilledAsync(), Is.EqualTo([1, 2, 3, 4]), "the new batch is not in the table");
    }

    [Test]
    public async Task No_batch_is_lost_when_the_broker_dies_under_load()
    {
        await using var rig = await LaneRig.StartAsync();
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);

        var load = Task.WhenAll(Enumerable.Range(0, LaneRig.Lanes).Select(async lane =>
        {
            foreach (var numbers in Enumerable.Range(lane * 10_000, 4_000).Chunk(10)) await rig.AppendAsync(lane, numbers);
        }));
        await Eventually.TrueAsync(() => applied.Count > 500, "the load runs");
        RabbitMqBroker.Shared.Kill();
        RabbitMqBroker.Shared.Restart();
        await load;

        var sent = Enumerable.Range(0, LaneRig.Lanes).SelectMany(lane => Enumerable.Range(lane * 10_000, 4_000)).ToHashSet();
        var missing = await Eventually.GetAsync(
            async () => sent.Except(applied.All).Except(await rig.SpilledAsync()).Count(),
            missing => missing == 0,
            "every acknowledged batch is applied or in the table");
        Assert.That(missing, Is.Zero);
    }

    [Test]
    public async Task A_broker_that_starts_after_the_service_is_found()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        RabbitMqBroker.Shared.Kill();
        await using var rig = new LaneRig(uri);
        await rig.Transport.StartAsync(CancellationToken.None);
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);

        Assert.That(await rig.Transport.IsReachableAsync(CancellationToken.None), Is.False);
        await rig.AppendAsync(0, 1);
        Assert.That(await rig.SpilledAsync(), Is.EqualTo([1]));

        RabbitMqBroker.Shared.Restart();
        await rig.UntilReachableAsync();
        await rig.AppendAsync(0, 2);
        await Eventually.TrueAsync(() => applied.Of(0).Contains(2), "the worker has connected too");
    }

    [Test]
    public async Task A_frozen_broker_delays_only_the_first_append_by_one_publish_timeout()
    {
        var clock = new ManualTimeProvider();
        await using var rig = await LaneRig.StartAsync(clock);
        RabbitMqBroker.Shared.Freeze();

        var first = rig.AppendAsync(1, 1);
        Assert.That(first.IsCompleted, Is.False, "the broker may still confirm");
        clock.Advance(PublishTimeout);
        await first;
        foreach (var number in Enumerable.Range(2, 50)) await rig.AppendAsync(number % LaneRig.Lanes, number);
        Assert.That(
            await rig.SpilledAsync(), Is.EqualTo(Enumerable.Range(1, 51)), "no append waited: the clock was not moved");

        RabbitMqBroker.Shared.Thaw();
        await Eventually.GetAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return rig.Transport.IsReachableAsync(CancellationToken.None);
            },
            reachable => reachable,
            "the thawed broker confirms");
    }

    [Test]
    public async Task A_broker_out_of_memory_delays_only_the_first_append()
    {
        var clock = new ManualTimeProvider();
        await using var rig = await LaneRig.StartAsync(clock);
        RabbitMqBroker.Shared.Control("set_vm_memory_high_watermark", "0");
        try
        {
            var first = rig.AppendAsync(1, 1);
            await Eventually.TrueAsync(() => clock.ActiveTimers > 0, "the append waits for a confirm");
            clock.Advance(PublishTimeout);
            await first;
            await rig.AppendAsync(2, 2);
            Assert.That(await rig.SpilledAsync(), Is.EqualTo([1, 2]));
        }
        finally
        {
            RabbitMqBroker.Shared.Control("set_vm_memory_high_watermark", "0.4");
        }

        await Eventually.GetAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return rig.Transport.IsReachableAsync(CancellationToken.None);
            },
            reachable => reachable,
            "the relieved broker confirms");
    }

    [Test]
    public async Task A_memory_alarm_during_publishing_does_not_break_the_publisher()
    {
        await using var rig = await LaneRig.StartAsync();
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, LaneRig.Lanes).Select(async lane =>
        {
            for (var number = lane * 1_000_000; !over.IsCancellationRequested; number++) await rig.AppendAsync(lane, number);
        }));
        RabbitMqBroker.Shared.Control("set_vm_memory_high_watermark", "0");
        try
        {
            await Eventually.GetAsync(
                () => rig.Transport.IsReachableAsync(CancellationToken.None), reachable => !reachable, "the alarm is noticed");
            await Eventually.GetAsync(
                async () => (await rig.SpilledAsync()).Length, spilled => spilled > 200, "batches are spilled meanwhile");
        }
        finally
        {
            RabbitMqBroker.Shared.Control("set_vm_memory_high_watermark", "0.4");
        }

        await over.CancelAsync();
        await load;
        await rig.UntilReachableAsync();
    }

    [Test]
    public async Task A_deleted_lane_queue_is_declared_again_and_no_batch_is_lost()
    {
        await using var rig = await LaneRig.StartAsync();
        await rig.Broker.DeleteAsync(3);

        await rig.AppendAsync(3, 1, 2);
        Assert.That(await rig.SpilledAsync(), Is.EqualTo([1, 2]), "the broker returned them: no queue takes them");

        await rig.UntilReachableAsync();
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);
        await rig.AppendAsync(3, 3);
        await Eventually.TrueAsync(() => applied.Of(3).Contains(3), "the queue is declared again");
    }
}
