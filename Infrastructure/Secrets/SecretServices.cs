using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>Registers and checks the encryption of stored secrets.</summary>
public static class SecretServices
{
    /// <summary>Checks, before anything is changed, that a key is configured or can be stored in a file.</summary>
    /// <exception cref="EncryptionKeyException">Processes share a SQL Server and no key is configured.</exception>
    public static void RequireEncryptionKey(this IServiceProvider services) => services.GetRequiredService<SecretKeys>().Require();

    /// <summary>Checks, before anything runs, that the secrets in the store can be opened.</summary>
    /// <exception cref="EncryptionKeyException">A key is missing or cannot be read; nothing was written.</exception>
    public static Task CheckSecretsAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<SecretGuard>().CheckAsync(cancellation);

    /// <summary>Finds the stored secrets that the keys of this configuration do not open. Generates no key.</summary>
    /// <exception cref="EncryptionKeyException">The key file cannot be read.</exception>
    public static Task<UnreadableSecrets> FindUnreadableSecretsAsync(this IServiceProvider services, CancellationToken cancellation) =>
        SecretAudit.FindAsync(
            services.GetRequiredService<IDatabase>(), services.GetRequiredService<SecretKeys>().OpeningVault(), cancellation);

    internal static void AddSecrets(this IServiceCollection services, SettingReader settings)
    {
        services.AddSettings<SecretOptions>(settings, SecretOptions.Section);
        services.AddSingleton(
            provider => new SecretKeys(provider.GetRequiredService<IOptions<SecretOptions>>(), provider.GetService<SqliteDatabase>()))
            .AddSingleton(provider => provider.GetRequiredService<SecretKeys>().Vault())
            .AddSingleton<SecretGuard>().AddSingleton<SecretAudit>();
    }
}
