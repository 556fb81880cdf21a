using HealthApi.Infrastructure.Processing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>Registers the RabbitMQ lanes: publishing in every process, consuming in workers.</summary>
internal static class RabbitMqLanes
{
    public static IServiceCollection AddRabbitMqLanes(this IServiceCollection services, Roles roles)
    {
        // Our users' systems call nobody unasked, whoever registers MassTransit here one day.
        services.AddOptions<UsageTelemetryOptions>().Configure(telemetry => telemetry.Enabled = false);
        services.AddSingleton(provider => new RabbitMqBus(
            provider.GetRequiredService<IOptions<MessagingOptions>>().Value.RabbitMq, provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<RabbitMqTransport>();
        services.AddSingleton<ILaneTransport>(provider => provider.GetRequiredService<RabbitMqTransport>());
        services.AddHostedService(provider => provider.GetRequiredService<RabbitMqTransport>());
        return roles.Worker ? services.AddConsumers() : services;
    }

    private static IServiceCollection AddConsumers(this IServiceCollection services)
    {
        services.AddSingleton<LaneHandler>(provider => provider.GetRequiredService<EventIntake>().ProcessAsync);
        return services.AddHostedService<LaneConsumers>();
    }
}
