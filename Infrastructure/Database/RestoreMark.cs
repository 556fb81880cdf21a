namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Says, beside a SQLite database, that its files are being replaced by those of a backup. Should that be interrupted, files of two stores
/// lie side by side, or a database
/// without its log: nobody uses them before the restore was repeated.
/// </summary>
internal static class RestoreMark
{
    public static string PathOf(string database) => database + "-restoring";

    /// <exception cref="IOException">A restore was interrupted.</exception>
    public static void Check(string database)
    {
        if (!File.Exists(PathOf(database))) return;
        throw new IOException($"A restore of {database} was interrupted: run healthapi restore FILE --force again before it is used.");
    }
}
