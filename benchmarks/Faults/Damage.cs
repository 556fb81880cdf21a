using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Damages a page of a SQLite file that no process has open, and repairs it.</summary>
internal static class Damage
{
    private const int Bytes = 256;

    /// <summary>The offset of the root page of the table of events, after the write-ahead log was copied into the file.</summary>
    public static long RootOfEvents(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return (Scalar(connection, "SELECT rootpage FROM sqlite_schema WHERE name = 'events'") - 1) * Scalar(
            connection, "PRAGMA page_size");
    }

    /// <summary>Writes the bytes at the offset, or bytes that are not a valid page; returns the previous bytes.</summary>
    public static byte[] Overwrite(string path, long offset, byte[]? bytes)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        var before = new byte[Bytes];
        file.Position = offset;
        file.ReadExactly(before);
        file.Position = offset;
        file.Write(bytes ?? [.. Enumerable.Repeat((byte)0xEE, Bytes)]);
        return before;
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
