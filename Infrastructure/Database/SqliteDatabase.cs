using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The embedded store: one SQLite file in WAL mode with <c>synchronous=FULL</c>, so a commit survives power loss. One writer at a time,
/// by a gate of this process and <c>BEGIN IMMEDIATE</c> between processes; readers use their own pooled connections.
/// </summary>
public sealed class SqliteDatabase : IDatabase, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _connectionString;
    private SqliteConnection? _writer;

    public SqliteDatabase(string connectionString)
    {
        SqlTypes.Register();
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true };
        if (builder.DefaultTimeout == 30) builder.DefaultTimeout = 5;
        FilePath = Path.GetFullPath(builder.DataSource);
        builder.DataSource = FilePath;
        _connectionString = builder.ToString();
    }

    /// <summary>Full path of the database file.</summary>
    public string FilePath { get; }

    public string Location => FilePath;

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            await using var connection = new SqliteConnection(_connectionString);
            await connection.OpenAsync(cancellation);
            return await read(connection);
        }
        catch (SqliteException failure) when (SqliteFailures.IsOutage(failure))
        {
            throw new StoreUnavailableException("The store cannot be read.", failure);
        }
    }

    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        await _gate.WaitAsync(cancellation);
        try
        {
            _writer ??= SqliteFiles.OpenWriter(_connectionString);
            await using var transaction = _writer.BeginTransaction(deferred: false);
            var result = await work(transaction);
            transaction.Commit();
            return result;
        }
        catch (SqliteException failure) when (SqliteFailures.IsOutage(failure))
        {
            DropWriter();
            throw new StoreUnavailableException("The store cannot be written.", failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task MigrateAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        return WriteAsync(
            transaction =>
            {
                SqliteMigrator.Apply(transaction);
                return Task.FromResult(true);
            },
            cancellation);
    }

    public void Dispose()
    {
        DropWriter();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _gate.Dispose();
    }

    private void DropWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
