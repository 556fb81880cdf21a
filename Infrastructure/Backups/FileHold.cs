namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// Keeps SQLite files from being used, by the locks that SQLite itself uses: a process that has such a file open in WAL mode holds a shared
/// lock on the bytes behind the first gibibyte, so taking them exclusively fails while it runs and makes it wait when it starts. The locks
/// of a process end with it. Works on damaged files too.
/// </summary>
internal sealed class FileHold : IDisposable
{
    /// <summary>PENDING_BYTE, and the bytes of the pending, reserved and shared locks.</summary>
    private const long FirstByte = 0x40000000, Bytes = 512;

    private readonly List<FileStream> _held = [];

    private FileHold()
    {
    }

    /// <summary>Holds those of the files that exist.</summary>
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
        // Elsewhere .NET cannot lock a range, and the operator's word must do.
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
