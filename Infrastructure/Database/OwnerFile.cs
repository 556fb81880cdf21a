namespace HealthApi.Infrastructure.Database;

/// <summary>
/// How files are created that hold data or secrets: on Unix only their owner can read and write them (0600). A file that is there keeps its
/// mode.
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

    /// <summary>A new file to be written; one that is there already is an <see cref="IOException"/>.</summary>
    public static FileStreamOptions New() => Options(FileMode.CreateNew, FileAccess.Write);
}
