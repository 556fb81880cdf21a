using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using NUnit.Framework;
using RabbitMQ.Client;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Client;

internal sealed class WireTests
{
    [Test]
    public async Task A_batch_is_published_persistently_and_with_its_encoded_bytes()
    {
        await using var rig = await LaneRig.StartAsync();
        await rig.AppendAsync(4, 42);

        var message = await rig.Broker.TakeAsync(LaneTopology.Queue(4));
        Assert.That(message.Body.ToArray(), Is.EqualTo(LaneRig.Batch(4, 42).Payload.ToArray()), "no second serializer changes it");
        Assert.That(message.BasicProperties.DeliveryMode, Is.EqualTo(DeliveryModes.Persistent));
        Assert.That(message.BasicProperties.ContentType, Is.EqualTo("application/vnd.healthapi.event-batch"));
    }

    [Test]
    public async Task A_message_delivered_too_often_is_parked_and_not_dropped()
    {
        await using var rig = await LaneRig.StartAsync();
        await rig.AppendAsync(4, 42);

        var times = await rig.Broker.RequeueUntilInAsync(LaneTopology.Parked, LaneTopology.Queue(4));

        Assert.That(times, Is.EqualTo(101), "one more than the delivery limit of the queue");
        Assert.That((await rig.Broker.TakeAsync(LaneTopology.Parked)).Body.ToArray(), Is.EqualTo(LaneRig.Batch(4, 42).Payload.ToArray()));
    }

    [Test]
    public async Task A_message_that_is_no_batch_reaches_the_handler()
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
