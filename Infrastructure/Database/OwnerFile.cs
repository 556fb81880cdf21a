namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Options for creating files that hold data or secrets. On Unix only the owner can read and write a new file (mode 0600); an existing file
/// keeps its mode.
/// </summary>
internal static class OwnerFile
{
    private const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mode0600;
        return options;
    }

    /// <summary>Creates a new file for writing; opening throws an <see cref="IOException"/> where the file exists.</summary>
    public static FileStreamOptions New() => Options(FileMode.CreateNew, FileAccess.Write);
}
