using System.IO.Compression;
using System.Text.Json;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// Replaces the files of the store by those of a backup. It first unpacks the whole archive beside them, compares the checksums and checks
/// the databases. Only then does it replace the files, the database last. A mark file exists while it replaces them. If the restore is
/// interrupted, the mark keeps the service and all commands from using files of two different stores.
/// </summary>
public sealed class BackupRestorer(StoreFiles files)
{
    // The database was copied after the lanes and may refer to lane rows that the copy of the lanes lacks. Their numbers must not be used
    // again.
    private const string SkipNumbers = """
        INSERT INTO sqlite_sequence (name, seq) SELECT 'lane_batches', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence
            WHERE name = 'lane_batches');
        UPDATE sqlite_sequence SET seq = seq + 4294967296 WHERE name = 'lane_batches';
        """;

    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    /// <summary>Restores an archive.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="replace">Whether existing data may be replaced.</param>
    /// <param name="progress">Called with the name of the part that is being unpacked and the finished share of the whole, 0 to 1.</param>
    /// <exception cref="BackupException">
    /// The archive is damaged or too new, the data is in use, or data exists and may not be replaced.
    /// </exception>
    public async Task<BackupManifest> RestoreAsync(
        string path, bool replace, Action<string, double> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var manifest = ReadManifest(archive, path);
            var there = Targets().FirstOrDefault(File.Exists);
            if (there is not null && !replace) throw new BackupException($"{there} exists; --force replaces the data that is there.");
            Directory.CreateDirectory(Path.GetDirectoryName(files.Database)!);
            using var hold = FileHold.Take(files.Database, files.Lanes);
            await RestoreAsync(archive, manifest, progress, cancellation);
            return manifest;
        }
        catch (Exception damage) when (damage is InvalidDataException or JsonException)
        {
            throw new BackupException($"{path} is damaged or not a backup. {damage.Message}", damage);
        }
    }

    private static BackupManifest ReadManifest(ZipArchive archive, string path)
    {
        var entry = archive.GetEntry(BackupManifest.EntryName)
            ?? throw new BackupException($"{path} is not a backup of HealthApi: it has no manifest.");
        using var stream = entry.Open();
        var manifest = BackupManifest.Read(stream);
        var known = MigrationFiles.Of(StorageProvider.Sqlite).Select(migration => migration.Name).ToHashSet(StringComparer.Ordinal);
        if (manifest.Format > BackupManifest.CurrentFormat || manifest.Schema.Any(name => !known.Contains(name)))
        {
            throw new BackupException(
                $"{path} was written by HealthApi {manifest.Version} with a newer schema than this version knows: restore it with that "
                    + "version or a later one.");
        }

        return manifest.Parts.Any(part => part.Name == BackupPart.Database)
            ? manifest
            : throw new BackupException($"{path} is incomplete: it holds no database.");
    }

    private IEnumerable<string> Targets() => [files.Database, files.Lanes, files.Key];

    private async Task RestoreAsync(
        ZipArchive archive, BackupManifest manifest, Action<string, double> progress, CancellationToken cancellation)
    {
        var (mark, suffix) = (RestoreMark.PathOf(files.Database), $".{Guid.NewGuid():N}.restoring");
        if (File.Exists(mark)) RemoveDrafts(await File.ReadAllTextAsync(mark, cancellation));
        // Parts with unknown names, which a later version may have added, are skipped.
        var parts = manifest.Parts.Where(part => files.PathOf(part.Name) is not null).OrderBy(part => part.Name == BackupPart.Database)
            .ToList();
        try
        {
            var (done, total) = (0L, Math.Max(1, manifest.Bytes));
            foreach (var part in parts)
            {
                await UnpackAsync(archive, part, files.PathOf(part.Name) + suffix, Report, cancellation);

                void Report(long copied) => progress(part.Name, (double)(done += copied) / total);
            }

            cancellation.ThrowIfCancellationRequested();
            SqliteRestoredCounts.Correct(
                files.Database + suffix, parts.Any(part => part.Name == BackupPart.Lanes) ? files.Lanes + suffix : null);
            DurableFiles.Write(mark, suffix);
            RemoveFormer(parts);
            foreach (var part in parts) DurableFiles.Publish(files.PathOf(part.Name) + suffix, files.PathOf(part.Name)!, replace: true);
            DurableFiles.Remove(mark);
        }
        finally
        {
            RemoveDrafts(suffix);
        }
    }

    /// <summary>Deletes the unpacked files that were not moved to their place.</summary>
    private void RemoveDrafts(string suffix)
    {
        foreach (var target in Targets()) File.Delete(target + suffix);
    }

    private static async Task UnpackAsync(
        ZipArchive archive, BackupPart part, string draft, Action<long> progress, CancellationToken cancellation)
    {
        var entry = archive.GetEntry(part.Name) ?? throw new BackupException($"The archive is incomplete: {part.Name} is missing.");
        await using (var file = new FileStream(draft, OwnerFile.New()))
        {
            await using var source = entry.Open();
            if (await DurableFiles.CopyAsync(source, file, progress, cancellation) != (part.Bytes, part.Sha256))
                throw new BackupException($"The archive is damaged: {part.Name} differs in size or checksum from the manifest.");
            file.Flush(flushToDisk: true);
        }

        if (part.Name == BackupPart.Key) return;
        SqliteCopy.CheckWhole(draft, part.Name);
        if (part.Name == BackupPart.Lanes) SqliteCopy.Use(draft, part.Name, SkipLaneNumbers);
    }

    private static bool SkipLaneNumbers(SqliteConnection lanes)
    {
        SqliteFiles.Execute(lanes, SkipNumbers);
        return true;
    }

    /// <summary>
    /// Deletes the logs of the replaced databases, which SQLite would otherwise apply to the new ones, and the lanes where the backup has
    /// none, because they belong to the replaced data.
    /// </summary>
    private void RemoveFormer(List<BackupPart> parts)
    {
        foreach (var former in (string[])[files.Database, files.Lanes])
            foreach (var companion in Companions) File.Delete(former + companion);
        if (parts.All(part => part.Name != BackupPart.Lanes)) File.Delete(files.Lanes);
    }
}
