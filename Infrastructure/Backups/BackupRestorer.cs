using System.IO.Compression;
using System.Text.Json;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// Puts the files of a backup in place. Nothing that is there is touched before all of the archive is unpacked, compared with its checksums
/// and found whole; then the files change places, the database last, under a mark with which nobody uses them should that be interrupted.
/// </summary>
public sealed class BackupRestorer(StoreFiles files)
{
    // The database may know rows of the lanes that were numbered after the lanes were copied; numbers must not come twice.
    private const string SkipNumbers = """
        INSERT INTO sqlite_sequence (name, seq) SELECT 'lane_batches', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence
            WHERE name = 'lane_batches');
        UPDATE sqlite_sequence SET seq = seq + 4294967296 WHERE name = 'lane_batches';
        """;

    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    /// <param name="path">The archive.</param>
    /// <param name="replace">Whether data that is there may be replaced.</param>
    /// <param name="progress">Gets the part that is being unpacked and the share of the whole, 0 to 1.</param>
    /// <exception cref="BackupException">The archive is damaged or too new, there is data already, or the data is in use.</exception>
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
            throw new BackupException($"{path} is not a whole backup. {damage.Message}", damage);
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
            throw new BackupException(
                $"{path} was written by HealthApi {manifest.Version} with a newer schema than this version knows: restore it with that "
                    + "version or a later one.");
        return manifest.Parts.Any(part => part.Name == BackupPart.Database)
            ? manifest
            : throw new BackupException($"{path} is not a whole backup: it holds no database.");
    }

    private IEnumerable<string> Targets() => [files.Database, files.Lanes, files.Key];

    private async Task RestoreAsync(
        ZipArchive archive, BackupManifest manifest, Action<string, double> progress, CancellationToken cancellation)
    {
        var (mark, suffix) = (RestoreMark.PathOf(files.Database), $".{Guid.NewGuid():N}.restoring");
        if (File.Exists(mark)) RemoveDrafts(await File.ReadAllTextAsync(mark, cancellation));
        // Names that a later version may add belong nowhere here.
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

    /// <summary>What is left of the parts as they were unpacked.</summary>
    private void RemoveDrafts(string suffix)
    {
        foreach (var target in Targets()) File.Delete(target + suffix);
    }

    private static async Task UnpackAsync(
        ZipArchive archive, BackupPart part, string draft, Action<long> progress, CancellationToken cancellation)
    {
        var entry = archive.GetEntry(part.Name) ?? throw new BackupException($"The archive is not whole: {part.Name} is missing.");
        await using (var file = new FileStream(draft, OwnerFile.New()))
        {
            await using var source = entry.Open();
            if (await DurableFiles.CopyAsync(source, file, progress, cancellation) != (part.Bytes, part.Sha256))
                throw new BackupException($"The archive is damaged: {part.Name} is not what its manifest says.");
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
    /// A log of the former database would be read into the new one, and lanes that are not in the backup belong to other data.
    /// </summary>
    private void RemoveFormer(List<BackupPart> parts)
    {
        foreach (var former in (string[])[files.Database, files.Lanes])
            foreach (var companion in Companions) File.Delete(former + companion);
        if (parts.All(part => part.Name != BackupPart.Lanes)) File.Delete(files.Lanes);
    }
}
