using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>Registers the crossing feed: every process adds to it, and workers publish it, where there is a broker.</summary>
internal static class CrossingFeedServices
{
    public static IServiceCollection AddCrossingFeed(this IServiceCollection services, SettingReader settings)
    {
        var enabled = settings.Read<MessagingOptions>(MessagingOptions.Section).Transport is MessagingTransport.RabbitMq;
        services.AddSingleton<CrossingFeedSignal>()
            .AddSingleton(provider => new CrossingFeed(provider.GetRequiredService<IDatabase>(), enabled));
        if (!enabled || !Roles.Read(settings).Worker) return services;
        return services.AddSingleton<CrossingFeedLease>().AddSingleton<CrossingBus>().AddHostedService<CrossingFeedPublisher>();
    }
}
