using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes.Embedded;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.Embedded;

internal sealed class LaneTableConsumerTests
{
    /// <summary>A worker with RabbitMQ runs this consumer and the lanes of the broker.</summary>
    [Test]
    public async Task An_idle_turn_of_the_lane_table_does_not_hide_a_failure_of_the_lanes_of_the_broker()
    {
        var clock = new ManualTimeProvider();
        using var pipeline = await Pipeline.CreateAsync(clock);
        var health = new LoopHealth();
        health.Fails("lane table");
        health.Fails("lanes");
        using var consumer = ActivatorUtilities.CreateInstance<LaneTableConsumer>(pipeline.Services, health);
        await consumer.StartAsync(CancellationToken.None);
        try
        {
            await Eventually.TrueAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    return health.Failing.Count < 2;
                },
                "an idle turn has ended");
            Assert.That(health.Failing, Is.EqualTo(new[] { "lanes" }), "the failure of the broker's lanes is still reported");
        }
        finally
        {
            await consumer.StopAsync(CancellationToken.None);
        }
    }
}
