using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Backups;

/// <summary>File operations that survive a power loss once they have returned.</summary>
internal static class DurableFiles
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Copies the rest of a stream. Does not flush the target to the disk.</summary>
    /// <param name="progress">Called with the number of bytes that were copied since the last call.</param>
    /// <returns>The number of bytes, and their SHA-256 as 64 hex digits.</returns>
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

    /// <summary>Renames a finished file. A reader sees the complete file or none, also after a power loss.</summary>
    /// <exception cref="IOException">A file with the new name exists and may not be replaced.</exception>
    public static void Publish(string draft, string path, bool replace)
    {
        File.Move(draft, path, replace);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes a small file durably.</summary>
    public static void Write(string path, string text)
    {
        using (var file = new FileStream(path, OwnerFile.Options(FileMode.Create, FileAccess.Write, FileShare.None)))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a file durably.</summary>
    public static void Remove(string path)
    {
        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Flushes the folder, without which a new name is not durable. .NET has no call for it.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (handle < 0) throw new IOException($"{folder} cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        // Some file systems refuse fsync for folders, so the result is ignored.
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
