using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>Opens SQLite files the one way that keeps the promise of durability.</summary>
internal static class SqliteFiles
{
    /// <summary>
    /// Pages that are written again and again, the states of busy accounts above all, are copied from the log into the file once per 32 MiB of log and
    /// not with every commit.
    /// </summary>
    private const string Durable = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -16384;
        PRAGMA wal_autocheckpoint = 8192;
        PRAGMA temp_store = MEMORY;
        """;

    public static SqliteConnection OpenWriter(string connectionString)
    {
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

/// <summary>Tells an outage of the store (try again later) from a defect.</summary>
internal static class SqliteFailures
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Full = 13, CannotOpen = 14;

    public static bool IsOutage(SqliteException failure) =>
        failure.SqliteErrorCode is Busy or Locked or ReadOnly or IoError or Full or CannotOpen;
}
