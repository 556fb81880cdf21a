namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// Locks SQLite files against other processes, with the byte range that SQLite itself locks. A process that has such a file open in WAL
/// mode holds a shared lock on the bytes from offset 1 GiB on. An exclusive lock on them therefore fails while such a process runs, and
/// makes a process that starts later wait. The operating system releases the locks when the process ends. Works on damaged files too.
/// </summary>
internal sealed class FileHold : IDisposable
{
    /// <summary>SQLite's PENDING_BYTE, and the length of the pending, reserved and shared lock bytes.</summary>
    private const long FirstByte = 0x40000000, Bytes = 512;

    private readonly List<FileStream> _held = [];

    private FileHold()
    {
    }

    /// <summary>Locks the files that exist. Dispose of the result to release them.</summary>
    /// <exception cref="BackupException">Another process has one open.</exception>
    public static FileHold Take(params IEnumerable<string> paths)
    {
        var hold = new FileHold();
        try
        {
            foreach (var path in paths.Where(File.Exists)) hold.Add(path);
            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    public void Dispose() => _held.ForEach(stream => stream.Dispose());

    private void Add(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _held.Add(stream);
        // .NET cannot lock a byte range on other systems; there the operator must make sure that nothing uses the files.
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows()) return;
        try
        {
            stream.Lock(FirstByte, Bytes);
        }
        catch (IOException failure)
        {
            throw new BackupException($"{path} is in use: stop the service (every process that uses it) first.", failure);
        }
    }
}
