using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Backups;

/// <summary>Writes files that are on the disk when it says so.</summary>
internal static class DurableFiles
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Copies to the end.</summary>
    /// <param name="progress">Gets how many bytes were copied since it was called last.</param>
    /// <returns>How many bytes there were, and their SHA-256 in hex.</returns>
    public static async Task<(long Bytes, string Sha256)> CopyAsync(
        Stream from, Stream to, Action<long> progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, bytes) = (new byte[BufferBytes], 0L);
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            bytes += read;
            progress(read);
        }

        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Moves a finished file to its name, so that whoever looks sees the whole or none of it, also after a power loss.</summary>
    /// <exception cref="IOException">There is a file of that name, and it may not be replaced.</exception>
    public static void Publish(string draft, string path, bool replace)
    {
        File.Move(draft, path, replace);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes a small file.</summary>
    public static void Write(string path, string text)
    {
        using (var file = new FileStream(path, OwnerFile.Options(FileMode.Create, FileAccess.Write, FileShare.None)))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a file.</summary>
    public static void Remove(string path)
    {
        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>A new name is durable once its folder is; .NET has no call for that.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (handle < 0) throw new IOException($"{folder} cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        // Some file systems refuse it for folders; then there is nothing more to be done.
        _ = Sync(handle);
        _ = Close(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
