using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Infrastructure.Backups;

/// <summary>What a backup holds; the entry <c>manifest.json</c> of the archive.</summary>
/// <param name="Format">The form of the archive: 1.</param>
/// <param name="Version">The version of HealthApi that wrote it.</param>
/// <param name="CreatedAt">When the backup began: what was acknowledged before that is in it.</param>
/// <param name="Schema">The migrations that its database has seen.</param>
/// <param name="Parts">Its files.</param>
public sealed record BackupManifest(
    int Format, string Version, DateTimeOffset CreatedAt, IReadOnlyList<string> Schema, IReadOnlyList<BackupPart> Parts)
{
    internal const string EntryName = "manifest.json";

    internal const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Bytes of all parts.</summary>
    [JsonIgnore]
    public long Bytes => Parts.Sum(part => part.Bytes);

    /// <summary>Whether the generated encryption key is in it.</summary>
    [JsonIgnore]
    public bool HoldsKey => Parts.Any(part => part.Name == BackupPart.Key);

    internal static string CurrentVersion => typeof(BackupManifest).Assembly.GetName().Version!.ToString(3);

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="JsonException">This is no manifest.</exception>
    internal static BackupManifest Read(Stream stream) =>
        JsonSerializer.Deserialize<BackupManifest>(stream, Options) is { Schema: not null, Parts: not null, Version: not null } manifest
            ? manifest
            : throw new JsonException("The manifest lacks a member.");
}

/// <summary>A file of a backup.</summary>
/// <param name="Sha256">64 hex digits.</param>
public sealed record BackupPart(string Name, long Bytes, string Sha256)
{
    internal const string Database = "health.db", Lanes = "health.lanes.db", Key = "health.webhooks.key";
}
