using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes.Embedded;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.Embedded;

internal sealed class LaneTableConsumerTests
{
    /// <summary>A worker over RabbitMQ runs both.</summary>
    [Test]
    public async Task Its_idle_turns_do_not_hide_a_failure_of_the_lanes_at_the_broker()
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
            Assert.That(health.Failing, Is.EqualTo(new[] { "lanes" }), "which says nothing of the broker's lanes");
        }
        finally
        {
            await consumer.StopAsync(CancellationToken.None);
        }
    }
}
