using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

internal sealed class LaneWorkerTests
{
    [Test]
    public async Task Of_two_workers_one_consumes_the_lane_and_the_other_takes_over_when_it_stops()
    {
        await using var rig = await LaneRig.StartAsync();
        var (first, second) = (new AppliedEvents(), new AppliedEvents());
        var active = await rig.StartWorkerAsync(first.Handler);
        await rig.AppendAsync(5, 1);
        await Eventually.TrueAsync(() => first.Count == 1, "the first worker has the lane");
        await rig.StartWorkerAsync(second.Handler);
        await Eventually.TrueAsync(() => rig.Broker.Consumers(5) == 2, "both are connected");

        await rig.AppendAsync(5, [.. Enumerable.Range(2, 200)]);
        await Eventually.TrueAsync(() => first.Count + second.Count == 201, "all is applied");
        Assert.That(second.Count, Is.Zero, "a lane has one active consumer");

        await active.StopAsync(CancellationToken.None);
        await rig.AppendAsync(5, 500);
        await Eventually.TrueAsync(() => second.Of(5).SequenceEqual([500]), "the other takes over, and nothing is delivered twice");
    }

    [Test]
    public async Task Lanes_in_which_everything_fails_are_reported_until_they_recover()
    {
        await using var rig = await LaneRig.StartAsync();
        var (applied, fails, failure) = (new AppliedEvents(), true, new InvalidOperationException("Unexpected failure."));
        await rig.StartWorkerAsync((messages, _) =>
        {
            if (Volatile.Read(ref fails) && messages[0].Queue == 2) throw new EverythingFailsException(failure);
            applied.Record(messages);
            return Task.CompletedTask;
        });
        await rig.AppendAsync(2, 1);
        await Eventually.TrueAsync(() => rig.Health.Failing is ["lanes"], "the failure is reported");
        await rig.AppendAsync(3, 2);
        await Eventually.TrueAsync(() => applied.Count == 1, "the other lanes continue");
        Assert.That(rig.Health.Failing, Is.EqualTo(new[] { "lanes" }), "their success does not hide the failing lane");

        Volatile.Write(ref fails, false);
        await Eventually.TrueAsync(() => applied.Count == 2 && rig.Health.Failing.Count == 0, "the lane has recovered");
    }

    [Test]
    public async Task Messages_are_retried_in_order_while_the_store_is_unavailable()
    {
        await using var rig = await LaneRig.StartAsync();
        var applied = new AppliedEvents();
        var outages = 3;
        await rig.StartWorkerAsync((payloads, _) =>
        {
            if (Interlocked.Decrement(ref outages) >= 0) throw new StoreUnavailableException("The store is unavailable.");
            applied.Record(payloads);
            return Task.CompletedTask;
        });

        var numbers = Enumerable.Range(0, 300).ToArray();
        await rig.AppendAsync(2, numbers);
        await Eventually.TrueAsync(() => applied.Count >= numbers.Length, "the store is available again");
        Assert.That(applied.Of(2), Is.EqualTo(numbers));
        Assert.That(await rig.Broker.ReadyAsync(LaneTopology.Parked), Is.Zero, "an outage parks nothing");
    }

    [Test]
    public async Task A_worker_that_stops_while_the_store_is_unavailable_returns_its_messages()
    {
        await using var rig = await LaneRig.StartAsync();
        var tried = new TaskCompletionSource();
        var worker = await rig.StartWorkerAsync((_, _) =>
        {
            tried.TrySetResult();
            throw new StoreUnavailableException("The store is unavailable.");
        });
        await rig.AppendAsync(2, 1, 2, 3);
        await tried.Task;
        await worker.StopAsync(CancellationToken.None);

        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);
        await Eventually.TrueAsync(() => applied.Count == 3, "the next worker gets them");
        Assert.That(await rig.Broker.ReadyAsync(LaneTopology.Parked), Is.Zero, "stopping parks nothing");
        Assert.That(applied.Of(2), Is.EquivalentTo([1, 2, 3]), "each once; the broker may deliver them in another order");
    }

    [Test]
    public async Task A_worker_that_stops_finishes_its_running_transaction()
    {
        await using var rig = await LaneRig.StartAsync();
        var applied = new AppliedEvents();
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var worker = await rig.StartWorkerAsync(async (payloads, _) =>
        {
            begun.TrySetResult();
            await goOn.Task;
            applied.Record(payloads);
        });
        await rig.AppendAsync(2, 1);
        await begun.Task;
        var stopping = worker.StopAsync(CancellationToken.None);
        Assert.That(stopping.IsCompleted, Is.False, "a running transaction is not aborted");
        goOn.SetResult();
        await stopping;

        Assert.That(applied.Of(2), Is.EqualTo([1]));
        Assert.That(await rig.Broker.ReadyAsync(LaneTopology.Queue(2)), Is.Zero, "the message was acknowledged");
    }

    [Test]
    public async Task A_message_that_always_fails_is_parked_alone_and_the_lane_continues()
    {
        await using var rig = await LaneRig.StartAsync();
        var applied = new AppliedEvents();
        var numbers = Enumerable.Range(0, 40).ToArray();
        var bad = LaneRig.Batch(2, 17).Payload;
        await rig.AppendAsync(2, numbers);
        await rig.StartWorkerAsync((payloads, _) =>
        {
            if (payloads.Any(payload => payload.Payload.Span.SequenceEqual(bad.Span)))
                throw new InvalidOperationException("It cannot be applied.");
            applied.Record(payloads);
            return Task.CompletedTask;
        });

        await Eventually.TrueAsync(() => applied.Count == 39, "the others are applied");
        Assert.That(applied.Of(2), Is.EqualTo(numbers.Where(number => number != 17)), "in order, each once");
        await rig.UntilReadyAsync(LaneTopology.Parked, 1);
        Assert.That((await rig.Broker.TakeAsync(LaneTopology.Parked)).Body.ToArray(), Is.EqualTo(bad.ToArray()), "unchanged");
    }

    [Test]
    public async Task Messages_that_arrive_during_a_transaction_share_the_next_one()
    {
        await using var rig = await LaneRig.StartAsync();
        var applied = new AppliedEvents();
        await rig.AppendAsync(2, [.. Enumerable.Range(0, 400)]);
        await rig.StartWorkerAsync(async (payloads, _) =>
        {
            await Task.Yield();
            applied.Record(payloads);
        });

        await Eventually.TrueAsync(() => applied.Count == 400, "all is applied");
        Assert.That(applied.Calls, Is.LessThan(200), "several messages share a transaction");
    }

    [Test]
    public async Task A_worker_consumes_again_after_the_broker_has_restarted()
    {
        await using var rig = await LaneRig.StartAsync();
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);
        await rig.AppendAsync(2, 1);
        await Eventually.TrueAsync(() => applied.Count == 1, "the worker consumes");

        RabbitMqBroker.Shared.Kill();
        RabbitMqBroker.Shared.Restart();
        await rig.UntilReachableAsync();
        await rig.AppendAsync(2, 2);
        await Eventually.TrueAsync(() => applied.Of(2).Contains(2), "the worker consumes again after the restart");
    }
}
