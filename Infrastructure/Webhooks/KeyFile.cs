using System.Security.Cryptography;

namespace HealthApi.Infrastructure.Webhooks;

/// <summary>A generated key in a file that only its owner can read.</summary>
internal static class KeyFile
{
    private const int KeyBytes = 32;

    /// <summary>The key of the file; generates it where there is none. Processes that start together end with the same key.</summary>
    public static byte[] LoadOrCreate(string path)
    {
        if (!File.Exists(path)) Create(path);
        var key = Convert.FromBase64String(File.ReadAllText(path).Trim());
        return key.Length == KeyBytes ? key : throw new InvalidDataException($"{path} does not hold the base64 of {KeyBytes} bytes.");
    }

    /// <summary>The key of the file; null where there is none.</summary>
    public static byte[]? TryLoad(string path) => File.Exists(path) ? LoadOrCreate(path) : null;

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options)) writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
        try
        {
            // Moving does not replace a file, so the first of several processes wins and nobody reads half a key.
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
