using HealthApi.Api.Tests.Support;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Consuming;

internal sealed class LaneDeliveryTests
{
    [Test]
    public async Task Ten_thousand_batches_arrive_once_each_and_in_the_order_of_their_lane()
    {
        const int PerLane = 1_250, PerAppend = 25;
        await using var rig = await LaneRig.StartAsync();
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);

        await Task.WhenAll(Enumerable.Range(0, LaneRig.Lanes).Select(async lane =>
        {
            foreach (var numbers in Enumerable.Range(0, PerLane).Chunk(PerAppend)) await rig.AppendAsync(lane, numbers);
        }));

        await Eventually.TrueAsync(() => applied.Count >= PerLane * LaneRig.Lanes, "all batches are applied");
        foreach (var lane in Enumerable.Range(0, LaneRig.Lanes))
            Assert.That(applied.Of(lane), Is.EqualTo(Enumerable.Range(0, PerLane)), $"lane {lane} keeps its order and loses nothing");
        Assert.That(await rig.SpilledAsync(), Is.Empty, "no batch is spilled while the broker confirms");
    }
}
