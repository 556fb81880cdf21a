using System.Net;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Webhooks.Feed;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Webhooks;

/// <summary>The outbound side: subscriptions, the outbox and its delivery log.</summary>
internal static class WebhookServices
{
    public static void AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WebhookOptions>().Bind(configuration.GetSection(WebhookOptions.Section)).ValidateDataAnnotations()
            .Validate<IOptions<StorageOptions>>(
                (webhooks, storage) => webhooks.EncryptionKey is { Length: > 0 } || storage.Value.Provider == StorageProvider.Sqlite,
                "Webhooks:EncryptionKey must be set where processes share a SQL Server: the base64 of 32 random bytes.")
            .ValidateOnStart();
        services.AddSingleton<OutboxSignal>().AddSingleton<BacklogSignal>().AddSingleton<SubscriptionBacklog>()
            .AddSingleton(provider => new OutboxWriter(
                provider.GetRequiredService<IOutboxSql>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CrossingFeed>()))
            .AddSingleton<DeliveryStore>().AddSingleton<Redelivery>();
        services.AddSingleton<WebhookSubscriptionStore>().AddSingleton<WebhookSender>().AddSingleton<EndpointUrl>();
        services.AddSingleton<HostResolver>(Dns.GetHostAddressesAsync).AddSingleton<TestMessages>().AddSingleton<DeliveryStatsReader>();
        services.AddSecrets();
        services.AddCrossingFeed(configuration);
    }
}
