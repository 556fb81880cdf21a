using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The embedded store: one SQLite file in WAL mode with <c>synchronous=FULL</c>, so that a commit survives a power loss. There is one
/// writer at a time: a semaphore within the process, <see cref="SqliteTurn"/> and <c>BEGIN IMMEDIATE</c> between processes. Readers use
/// their own pooled connections.
/// </summary>
public sealed class SqliteDatabase : IDatabase, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _connectionString;
    private readonly SqliteTurn _turn;
    private readonly SqliteLogCopy _log;
    private SqliteConnection? _writer;
    private bool _disposed;
    private volatile string? _damage;

    public SqliteDatabase(string connectionString)
    {
        SqlTypes.Register();
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true };
        // 30 seconds is the driver's default, which applies where no time-out is configured.
        if (builder.DefaultTimeout == 30) builder.DefaultTimeout = 5;
        FilePath = Path.GetFullPath(builder.DataSource);
        builder.DataSource = FilePath;
        _connectionString = builder.ToString();
        _log = new SqliteLogCopy(_connectionString);
        _turn = new SqliteTurn(FilePath, TimeSpan.FromSeconds(builder.DefaultTimeout));
    }

    /// <summary>Full path of the database file.</summary>
    public string FilePath { get; }

    public string Location => FilePath;

    public string? Damage => _damage;

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
            throw Outage("The store cannot be read.", failure);
        }
    }

    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        await _gate.WaitAsync(cancellation);
        try
        {
            using var turn = await _turn.TakeAsync(cancellation);
            _writer ??= SqliteFiles.OpenWriter(_connectionString);
            await using var transaction = _writer.BeginTransaction(deferred: false);
            var result = await work(transaction);
            transaction.Commit();
            _log.Committed(_writer);
            return result;
        }
        catch (SqliteException failure) when (SqliteFailures.IsOutage(failure))
        {
            DropWriter();
            throw Outage("The store cannot be written.", failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Copies the log into the database file now, so that no writer has to soon.</summary>
    public Task RelieveAsync(CancellationToken cancellation) => ReadAsync(
        _ =>
        {
            _log.Copy();
            return Task.FromResult(true);
        },
        cancellation);

    /// <summary>
    /// Does not write where no migration is missing, so that a command does not have to wait for the writers of a busy service.
    /// </summary>
    /// <exception cref="IOException">A restore of the file was interrupted.</exception>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        RestoreMark.Check(FilePath);
        if (File.Exists(FilePath) && await ReadAsync(connection => Task.FromResult(SqliteMigrator.IsCurrent(connection)), cancellation))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await WriteAsync(
            transaction =>
            {
                SqliteMigrator.Apply(transaction);
                return Task.FromResult(true);
            },
            cancellation);
    }

    /// <summary>Waits up to five seconds for a write that is in progress.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _gate.Wait(SqliteFiles.ClosePatience);
        _log.Wait(SqliteFiles.ClosePatience);
        DropWriter();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _turn.Dispose();
        _gate.Dispose();
    }

    private StoreUnavailableException Outage(string message, SqliteException failure)
    {
        if (SqliteFailures.IsDamage(failure)) _damage = failure.Message;
        return new StoreUnavailableException(message, failure);
    }

    private void DropWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
