using System.Security.Cryptography;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>A generated key in a file that only its owner can read.</summary>
internal static class KeyFile
{
    internal const int KeyBytes = 32;

    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    /// <summary>
    /// Reads the key from the file, or generates it where there is no file. Processes that start together get the same key.
    /// </summary>
    /// <exception cref="EncryptionKeyException">The file cannot be read or written, or holds no key.</exception>
    public static byte[] LoadOrCreate(string path) => TryLoad(path) ?? Create(path);

    /// <summary>The key in the file; null where there is no file.</summary>
    /// <exception cref="EncryptionKeyException">The file cannot be read, or holds no key.</exception>
    public static byte[]? TryLoad(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(path, File.ReadAllText(path)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EncryptionKeyException($"The encryption key in {path} cannot be read. {failure.Message}", failure);
        }
    }

    /// <summary>Whether users other than the owner may read or write the file. False where there is no file, and on Windows.</summary>
    public static bool IsOpenToOthers(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Others) != 0;

    private static byte[] Parse(string path, string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == KeyBytes
            ? bytes[..length]
            : throw new EncryptionKeyException($"{path} does not hold the base64 of {KeyBytes} bytes: restore the file from a backup.");
    }

    private static byte[] Create(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Write(draft, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
            // Move does not replace a file, so the first of several processes wins and no process reads half a key.
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            throw new EncryptionKeyException($"An encryption key cannot be written to {path}. {failure.Message}", failure);
        }

        return TryLoad(path)!;
    }

    /// <summary>The file is on the disk when this returns: sealed texts survive a power loss, so their key must survive it too.</summary>
    private static void Write(string path, string text)
    {
        using var stream = new FileStream(path, OwnerFile.New());
        using var writer = new StreamWriter(stream);
        writer.WriteLine(text);
        writer.Flush();
        stream.Flush(flushToDisk: true);
    }
}
