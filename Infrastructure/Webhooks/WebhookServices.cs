using System.Net;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Outbox;
using HealthApi.Infrastructure.Outbox.Feed;
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
        services.AddSingleton<OutboxSignal>()
            .AddSingleton(provider => new OutboxWriter(
                provider.GetRequiredService<IOutboxSql>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CrossingFeed>()))
            .AddSingleton<DeliveryStore>().AddSingleton<Redelivery>();
        services.AddSingleton<WebhookSubscriptionStore>().AddSingleton<WebhookSender>().AddSingleton<EndpointUrl>();
        services.AddSingleton<HostResolver>(Dns.GetHostAddressesAsync).AddSingleton<TestMessages>().AddSingleton<DeliveryStatsReader>();
        services.AddSingleton(Vault).AddCrossingFeed(configuration);
    }

    /// <summary>The configured key, and that of the file beside the database as one that it replaces; without a configured one, the file's.</summary>
    private static SecretVault Vault(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<WebhookOptions>>().Value;
        var previous = options.PreviousKeys().ToList();
        var database = provider.GetService<SqliteDatabase>()?.FilePath;
        var file = database is null ? null : Path.ChangeExtension(database, ".webhooks.key");
        if (options.EncryptionKey is not { Length: > 0 } configured) return new SecretVault(KeyFile.LoadOrCreate(file!), previous);
        if (file is not null && KeyFile.TryLoad(file) is { } generated) previous.Add(generated);
        return new SecretVault(Convert.FromBase64String(configured), previous);
    }
}
