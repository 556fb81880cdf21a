using Microsoft.Extensions.Configuration;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>What keeps secrets that must be readable again.</summary>
public static class SecretServices
{
    /// <summary>Checks, before anything runs, that the secrets in the store can be opened.</summary>
    /// <exception cref="EncryptionKeyException">A key is missing or cannot be read; nothing was written.</exception>
    public static Task CheckSecretsAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<SecretGuard>().CheckAsync(cancellation);

    /// <summary>The secrets in the store that the keys of this configuration do not open. Generates no key.</summary>
    /// <exception cref="EncryptionKeyException">The key file cannot be read.</exception>
    public static Task<UnreadableSecrets> FindUnreadableSecretsAsync(this IServiceProvider services, CancellationToken cancellation) =>
        SecretAudit.FindAsync(services.GetRequiredService<IDatabase>(), services.GetRequiredService<SecretKeys>().OpeningVault(), cancellation);

    internal static void AddSecrets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SecretOptions>().Bind(configuration.GetSection(SecretOptions.Section)).ValidateDataAnnotations()
            .Validate<IOptions<StorageOptions>>(
                (secrets, storage) => secrets.EncryptionKey is { Length: > 0 } || storage.Value.Provider == StorageProvider.Sqlite,
                "Webhooks:EncryptionKey must be set where processes share a SQL Server: the base64 of 32 random bytes.")
            .ValidateOnStart();
        services.AddSingleton(provider => new SecretKeys(provider.GetRequiredService<IOptions<SecretOptions>>(), provider.GetService<SqliteDatabase>()))
            .AddSingleton(provider => provider.GetRequiredService<SecretKeys>().Vault())
            .AddSingleton<SecretGuard>().AddSingleton<SecretAudit>();
    }
}
