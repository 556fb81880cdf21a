using System.Security.Cryptography;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// The keys of this process: the configured one, and that of the file beside a SQLite database as one that it replaces; without a
/// configured one, the file's.
/// </summary>
internal sealed class SecretKeys(IOptions<SecretOptions> options, SqliteDatabase? database)
{
    private const string Required = "Webhooks:EncryptionKey must be set where processes share a SQL Server: the base64 of 32 random bytes.";

    /// <summary>Where a generated key lies; null where the database is not a file.</summary>
    public string? FilePath { get; } = database is null ? null : Path.ChangeExtension(database.FilePath, ".webhooks.key");

    /// <summary>Whether the key comes from a file that is not there (yet).</summary>
    public bool FileIsMissing => Configured is null && !File.Exists(FilePath);

    private string? Configured => options.Value.EncryptionKey is { Length: > 0 } configured ? configured : null;

    /// <exception cref="EncryptionKeyException">No key is configured, and there is no file to hold one.</exception>
    public void Require()
    {
        if (Configured is null && FilePath is null) throw new EncryptionKeyException(Required);
    }

    /// <summary>A vault that seals with the configured key, or with that of the file, which is generated where there is none.</summary>
    /// <exception cref="EncryptionKeyException">No key is configured where one is required, or the file cannot be used.</exception>
    public SecretVault Vault() => Configured is { } configured
        ? new SecretVault(Convert.FromBase64String(configured), Previous(FilePath is null ? null : KeyFile.TryLoad(FilePath)))
        : new SecretVault(KeyFile.LoadOrCreate(FilePath ?? throw new EncryptionKeyException(Required)), Previous(null));

    /// <summary>A vault that opens what <see cref="Vault"/> would open, without generating the file's key.</summary>
    /// <exception cref="EncryptionKeyException">The file cannot be used.</exception>
    public SecretVault OpeningVault() =>
        FileIsMissing ? new SecretVault(RandomNumberGenerator.GetBytes(KeyFile.KeyBytes), Previous(null)) : Vault();

    private IEnumerable<byte[]> Previous(byte[]? generated) =>
        generated is null ? options.Value.PreviousKeys() : options.Value.PreviousKeys().Append(generated);
}
