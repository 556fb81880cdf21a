using System.Security.Cryptography;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>A generated key in a file that only its owner can read.</summary>
internal static class KeyFile
{
    internal const int KeyBytes = 32;

    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    /// <summary>The key of the file; generates it where there is none. Processes that start together end with the same key.</summary>
    /// <exception cref="EncryptionKeyException">The file cannot be read or written, or holds no key.</exception>
    public static byte[] LoadOrCreate(string path) => TryLoad(path) ?? Create(path);

    /// <summary>The key of the file; null where there is none.</summary>
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

    /// <summary>
    /// Whether others than the owner may read or write the file. False where there is none, or where files have no such modes.
    /// </summary>
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
            // Moving does not replace a file, so the first of several processes wins and nobody reads half a key.
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

    /// <summary>On the disk when this returns: what the key seals is there after a power loss, and so must the key be.</summary>
    private static void Write(string path, string text)
    {
        using var stream = new FileStream(path, OwnerFile.New());
        using var writer = new StreamWriter(stream);
        writer.WriteLine(text);
        writer.Flush();
        stream.Flush(flushToDisk: true);
    }
}
