using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>Opens SQLite files for durable writing.</summary>
internal static class SqliteFiles
{
    /// <summary>How long closing a writer waits for a transaction that is in progress.</summary>
    public static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <see cref="SqliteLogCopy"/> copies the log into the file. While commits follow each other without a pause, the log never ends where
    /// a copy ends, so it grows. From 256 MiB (65,536 pages) on the writer copies what is left itself, and the log begins again.
    /// </summary>
    private const string Durable = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -16384;
        PRAGMA wal_autocheckpoint = 65536;
        PRAGMA temp_store = MEMORY;
        """;

    /// <summary>
    /// Opens the file for writing and creates it where it is missing. On Unix only the owner can read a new file; SQLite gives its log and
    /// index the same mode.
    /// </summary>
    /// <exception cref="StoreUnavailableException">SQLite does not accept <c>synchronous=FULL</c>.</exception>
    public static SqliteConnection OpenWriter(string connectionString)
    {
        CreatePrivate(new SqliteConnectionStringBuilder(connectionString).DataSource);
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            Execute(connection, Durable);
            if (Convert.ToInt64(Scalar(connection, "PRAGMA synchronous")) < 2)
                throw new StoreUnavailableException("SQLite refuses synchronous=FULL; a commit would not be durable.");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows() || !Path.IsPathRooted(path) || File.Exists(path)) return;
        try
        {
            using var file = new FileStream(path, OwnerFile.New());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Another process has created the file, or it cannot be created. In the second case SQLite reports the reason when it opens it.
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command.ExecuteScalar();
    }
}

/// <summary>Distinguishes an outage of the store (try again later) from a defect.</summary>
internal static class SqliteFailures
{
    private const int NoPermission = 3, Busy = 5, Locked = 6, NoMemory = 7, ReadOnly = 8, IoError = 10, Malformed = 11, Full = 13,
        CannotOpen = 14, Protocol = 15, NotADatabase = 26;

    public static bool IsOutage(SqliteException failure) => IsDamage(failure)
        || failure.SqliteErrorCode is NoPermission or Busy or Locked or NoMemory or ReadOnly or IoError or Full or CannotOpen or Protocol;

    /// <summary>The file itself is damaged, until it is replaced. The statement that failed is not at fault.</summary>
    public static bool IsDamage(SqliteException failure) => failure.SqliteErrorCode is Malformed or NotADatabase;
}
