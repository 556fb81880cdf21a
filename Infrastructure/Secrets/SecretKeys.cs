using System.Security.Cryptography;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// The encryption keys of this process. A configured key seals, and the key in the file beside a SQLite database then only opens. Without a
/// configured key, the key in the file seals.
/// </summary>
internal sealed class SecretKeys(IOptions<SecretOptions> options, SqliteDatabase? database)
{
    private const string Required = "Webhooks:EncryptionKey must be set where processes share a SQL Server: the base64 of 32 random bytes.";

    /// <summary>The file of the generated key; null where the database is not a file.</summary>
    public string? FilePath { get; } = database is null ? null : Path.ChangeExtension(database.FilePath, ".webhooks.key");

    /// <summary>Whether the key must come from a file that does not exist (yet).</summary>
    public bool FileIsMissing => Configured is null && !File.Exists(FilePath);

    private string? Configured => options.Value.EncryptionKey is { Length: > 0 } configured ? configured : null;

    /// <exception cref="EncryptionKeyException">No key is configured, and there is no file to hold one.</exception>
    public void Require()
    {
        if (Configured is null && FilePath is null) throw new EncryptionKeyException(Required);
    }

    /// <summary>
    /// Creates a vault that seals with the configured key, or with the key in the file, which is generated where there is none.
    /// </summary>
    /// <exception cref="EncryptionKeyException">No key is configured where one is required, or the file cannot be used.</exception>
    public SecretVault Vault() => Configured is { } configured
        ? new SecretVault(Convert.FromBase64String(configured), Previous(FilePath is null ? null : KeyFile.TryLoad(FilePath)))
        : new SecretVault(KeyFile.LoadOrCreate(FilePath ?? throw new EncryptionKeyException(Required)), Previous(null));

    /// <summary>Creates a vault that opens the same texts as <see cref="Vault"/>, but generates no key file.</summary>
    /// <exception cref="EncryptionKeyException">The file cannot be used.</exception>
    public SecretVault OpeningVault() =>
        FileIsMissing ? new SecretVault(RandomNumberGenerator.GetBytes(KeyFile.KeyBytes), Previous(null)) : Vault();

    private IEnumerable<byte[]> Previous(byte[]? generated) =>
        generated is null ? options.Value.PreviousKeys() : options.Value.PreviousKeys().Append(generated);
}
