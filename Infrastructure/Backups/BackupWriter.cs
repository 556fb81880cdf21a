using System.IO.Compression;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// Writes one consistent archive of an embedded store while the service runs. The lanes are copied first and the database after them: a
/// worker commits a batch to the database and then removes it from the lanes, so every event that was acknowledged before the backup began
/// is in one of the copies or in both, where it counts once. The key is copied last, because the database holds secrets only after the key
/// was created.
/// </summary>
public sealed class BackupWriter(StoreFiles files, TimeProvider time)
{
    private const string SelectSchema = "SELECT name FROM schema_versions ORDER BY name";

    /// <summary>Unix mode 0600 of a regular file, in the upper 16 bits of a zip entry's external attributes.</summary>
    private const int OwnerOnly = 0b1_000_000_110_000_000 << 16;

    /// <summary>The share of copying in the progress. Compressing takes the rest, which is longer.</summary>
    private const double CopyingShare = 0.4;

    /// <summary>Writes the archive under a temporary name, and renames it once it is complete and on the disk.</summary>
    /// <param name="path">The archive. Only its owner can read it.</param>
    /// <param name="replace">Whether an existing file may be replaced.</param>
    /// <param name="progress">Called with the name of the current part and the finished share of the whole, 0 to 1.</param>
    /// <exception cref="BackupException">There is no store, it is damaged, or the archive exists.</exception>
    /// <exception cref="IOException">The archive cannot be written.</exception>
    public async Task<BackupManifest> WriteAsync(string path, bool replace, Action<string, double> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var target = Path.GetFullPath(path);
        if (!File.Exists(files.Database)) throw new BackupException($"There is no store at {files.Database}.");
        if (File.Exists(target) && !replace) throw new BackupException($"{target} exists; --force replaces it.");
        var work = $"{target}.{Guid.NewGuid():N}.partial";
        Create(work);
        try
        {
            var begun = time.GetUtcNow();
            var parts = Copy(work, progress, cancellation);
            var draft = Path.Combine(work, "archive");
            var manifest = await ArchiveAsync(draft, work, parts, begun, progress, cancellation);
            DurableFiles.Publish(draft, target, replace);
            return manifest;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <returns>The names of the parts, in this order.</returns>
    private List<string> Copy(string work, Action<string, double> progress, CancellationToken cancellation)
    {
        string[] databases = [.. ((string[])[BackupPart.Lanes, BackupPart.Database]).Where(part => File.Exists(files.PathOf(part)))];
        foreach (var (index, part) in databases.Index())
        {
            var copy = Path.Combine(work, part);
            SqliteCopy.Copy(
                files.PathOf(part)!, copy, share => progress(part, (index + share) / databases.Length * CopyingShare), cancellation);
            SqliteCopy.CheckWhole(copy, files.PathOf(part)!);
        }

        if (!File.Exists(files.Key)) return [.. databases];
        File.Copy(files.Key, Path.Combine(work, BackupPart.Key));
        return [.. databases, BackupPart.Key];
    }

    private static async Task<BackupManifest> ArchiveAsync(
        string draft, string work, List<string> names, DateTimeOffset begun, Action<string, double> progress,
        CancellationToken cancellation)
    {
        var (total, done, parts) = (names.Sum(name => new FileInfo(Path.Combine(work, name)).Length), 0L, new List<BackupPart>());
        var database = Path.Combine(work, BackupPart.Database);
        var schema = SqliteCopy.Use(database, BackupPart.Database, connection => connection.Query<string>(SelectSchema).ToList());
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, BackupManifest.CurrentVersion, begun, schema, parts);
        await using var file = new FileStream(draft, OwnerFile.New());
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in names)
            {
                await using var source = File.OpenRead(Path.Combine(work, name));
                await using var entry = Open(archive, name);
                var (bytes, sha256) = await DurableFiles.CopyAsync(source, entry, Report, cancellation);
                parts.Add(new BackupPart(name, bytes, sha256));

                void Report(long copied) => progress(name, CopyingShare + ((1 - CopyingShare) * (done += copied) / total));
            }

            await using var description = Open(archive, BackupManifest.EntryName);
            await description.WriteAsync(manifest.Write(), cancellation);
        }

        file.Flush(flushToDisk: true);
        return manifest;
    }

    private static Stream Open(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.ExternalAttributes = OwnerOnly;
        return entry.Open();
    }
}
