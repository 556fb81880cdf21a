using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Infrastructure.Backups;

/// <summary>Describes the content of a backup; the entry <c>manifest.json</c> of the archive.</summary>
/// <param name="Format">The format of the archive: 1.</param>
/// <param name="Version">The version of HealthApi that wrote it.</param>
/// <param name="CreatedAt">When the backup began. Every event that was acknowledged before is in it.</param>
/// <param name="Schema">The names of the migrations that were applied to the database.</param>
/// <param name="Parts">The files in the archive.</param>
public sealed record BackupManifest(
    int Format, string Version, DateTimeOffset CreatedAt, IReadOnlyList<string> Schema, IReadOnlyList<BackupPart> Parts)
{
    internal const string EntryName = "manifest.json";

    internal const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Total size of the parts in bytes.</summary>
    [JsonIgnore]
    public long Bytes => Parts.Sum(part => part.Bytes);

    /// <summary>Whether the backup holds the generated encryption key.</summary>
    [JsonIgnore]
    public bool HoldsKey => Parts.Any(part => part.Name == BackupPart.Key);

    internal static string CurrentVersion => typeof(BackupManifest).Assembly.GetName().Version!.ToString(3);

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="JsonException">The stream is not a manifest.</exception>
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
