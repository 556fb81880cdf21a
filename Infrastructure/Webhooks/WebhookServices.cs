using System.Net;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Settings;
using HealthApi.Infrastructure.Webhooks.Feed;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Infrastructure.Webhooks;

/// <summary>Registers outbound webhooks: subscriptions, the outbox and its delivery log.</summary>
internal static class WebhookServices
{
    public static void AddWebhooks(this IServiceCollection services, SettingReader settings)
    {
        services.AddSettings<WebhookOptions>(settings, WebhookOptions.Section);
        services.AddSingleton<OutboxSignal>().AddSingleton<BacklogSignal>().AddSingleton<SubscriptionBacklog>()
            .AddSingleton(provider => new OutboxWriter(
                provider.GetRequiredService<IOutboxSql>(), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<CrossingFeed>()))
            .AddSingleton<DeliveryStore>().AddSingleton<Redelivery>();
        services.AddSingleton<WebhookSubscriptionStore>().AddSingleton<WebhookSender>().AddSingleton<EndpointUrl>();
        services.AddSingleton<HostResolver>(Dns.GetHostAddressesAsync).AddSingleton<TestMessages>().AddSingleton<DeliveryStatsReader>();
        services.AddSecrets(settings);
        services.AddCrossingFeed(settings);
    }
}
