using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Holds the write lock of a SQLite file, as a backup tool or an operator's session may do.</summary>
internal sealed class StoreLock : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    private StoreLock(SqliteConnection connection) => _connection = connection;

    public static async Task<StoreLock> TakeAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        await using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync();
        return new StoreLock(connection);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
