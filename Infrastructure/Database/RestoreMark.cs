namespace HealthApi.Infrastructure.Database;

/// <summary>
/// A file beside a SQLite database that exists while a restore replaces the store's files. After an interrupted restore the files may
/// belong to two different stores, or a database may lack its log, so nothing may use them until the restore was repeated.
/// </summary>
internal static class RestoreMark
{
    public static string PathOf(string database) => database + "-restoring";

    /// <summary>Throws where the mark exists.</summary>
    /// <exception cref="IOException">A restore was interrupted.</exception>
    public static void Check(string database)
    {
        if (!File.Exists(PathOf(database))) return;
        throw new IOException($"A restore of {database} was interrupted: run healthapi restore FILE --force again before it is used.");
    }
}
