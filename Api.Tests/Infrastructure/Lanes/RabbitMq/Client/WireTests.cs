using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using NUnit.Framework;
using RabbitMQ.Client;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Client;

internal sealed class WireTests
{
    [Test]
    public async Task A_batch_lies_on_the_broker_as_it_was_encoded_and_persistent()
    {
        await using var rig = await LaneRig.StartAsync();
        await rig.AppendAsync(4, 42);

        var message = await rig.Broker.TakeAsync(LaneTopology.Queue(4));
        Assert.That(message.Body.ToArray(), Is.EqualTo(LaneRig.Batch(4, 42).Payload.ToArray()), "no second serializer touches the payload");
        Assert.That(message.BasicProperties.DeliveryMode, Is.EqualTo(DeliveryModes.Persistent));
        Assert.That(message.BasicProperties.ContentType, Is.EqualTo("application/vnd.healthapi.event-batch"));
    }

    [Test]
    public async Task A_message_delivered_too_often_is_parked_and_not_dropped()
    {
        await using var rig = await LaneRig.StartAsync();
        await rig.AppendAsync(4, 42);

        var times = await rig.Broker.HandBackUntilInAsync(LaneTopology.Parked, LaneTopology.Queue(4));

        Assert.That(times, Is.EqualTo(101), "once more than the limit stated for the queue");
        Assert.That((await rig.Broker.TakeAsync(LaneTopology.Parked)).Body.ToArray(), Is.EqualTo(LaneRig.Batch(4, 42).Payload.ToArray()));
    }

    [Test]
    public async Task What_is_no_batch_reaches_the_handler_which_parks_it()
    {
        await using var rig = await LaneRig.StartAsync();
        var seen = new TaskCompletionSource<byte[]>();
        await rig.Broker.PublishAsync(4, "text/plain", "not a batch"u8.ToArray());
        await rig.StartWorkerAsync((payloads, _) =>
        {
            seen.TrySetResult(payloads.Single().Payload.ToArray());
            return Task.CompletedTask;
        });

        Assert.That(await seen.Task, Is.EqualTo("not a batch"u8.ToArray()));
    }
}
