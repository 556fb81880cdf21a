using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;
using HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;
using HealthApi.Infrastructure.Settings;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>Registers the RabbitMQ lanes: publishing in every process, consuming in workers.</summary>
internal static class RabbitMqLanes
{
    private const string ClientLogLevel = "Logging:LogLevel:MassTransit";

    public static IServiceCollection AddRabbitMqLanes(this IServiceCollection services, SettingReader settings)
    {
        // While a broker is unavailable, the client logs every attempt with a stack trace. This room logs the outage once.
        if (settings.Value(ClientLogLevel) is null) services.AddLogging(logging => logging.AddFilter("MassTransit", LogLevel.Critical));
        // Usage reports stay off even if MassTransit's service registration is used here one day.
        services.AddOptions<UsageTelemetryOptions>().Configure(telemetry => telemetry.Enabled = false);
        services.AddSingleton(provider => new RabbitMqBus(
            provider.GetRequiredService<IOptions<MessagingOptions>>().Value.RabbitMq, provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<LaneDiscovery>();
        services.AddSingleton<FindLanes>(provider => provider.GetRequiredService<LaneDiscovery>().CountAsync);
        services.AddSingleton<LanePartitions>().AddHostedService(provider => provider.GetRequiredService<LanePartitions>());
        services.AddSingleton<ReadLaneProgress>(provider => provider.GetRequiredService<LaneProgress>().ReadAsync);
        services.AddSingleton<RabbitMqTransport>();
        services.AddSingleton<ILaneTransport>(provider => provider.GetRequiredService<RabbitMqTransport>());
        services.AddHostedService(provider => provider.GetRequiredService<RabbitMqTransport>());
        return Roles.Read(settings).Worker ? services.AddConsumers() : services;
    }

    private static IServiceCollection AddConsumers(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SharedHandler(provider.GetRequiredService<LaneHandler>()));
        services.AddSingleton<LaneStoreProbe>()
            .AddSingleton<StoreProbe>(provider => provider.GetRequiredService<LaneStoreProbe>().WriteAsync);
        // A store with one writer takes the batches of several lanes in one transaction.
        return services.AddHostedService(provider => ActivatorUtilities.CreateInstance<LaneConsumers>(
            provider,
            provider.GetService<SqliteDatabase>() is null
                ? provider.GetRequiredService<LaneHandler>()
                : provider.GetRequiredService<SharedHandler>().ProcessAsync));
    }
}
