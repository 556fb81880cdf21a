using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Polly;

namespace HealthApi.Infrastructure.Database.SqlServer;

/// <summary>
/// The production store: SQL Server 2019 and later, Azure SQL. <c>READ_COMMITTED_SNAPSHOT</c> is on, so reads never wait for writers. A
/// write runs again as a whole after a deadlock, after a transient failure, and where another process has changed or created one of its
/// rows. A commit whose outcome is unknown is not repeated; the caller decides.
/// </summary>
public sealed class SqlServerDatabase : IDatabase
{
    private readonly string _connectionString;
    private readonly ResiliencePipeline _retries = SqlServerRetries.Transactions();

    public SqlServerDatabase(string connectionString)
    {
        SqlTypes.Register();
        var builder = new SqlConnectionStringBuilder(connectionString);
        // Multiple active result sets are slow on Linux, and nothing here reads two results at once.
        builder.MultipleActiveResultSets = false;
        if (string.IsNullOrEmpty(builder.ApplicationName) || builder.ApplicationName == new SqlConnectionStringBuilder().ApplicationName)
            builder.ApplicationName = "HealthApi";
        _connectionString = builder.ToString();
        Location = $"SQL Server {builder.DataSource}, database {builder.InitialCatalog}";
    }

    public string Location { get; }

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(read);
        return await RunAsync(
            async stop =>
            {
                await using var connection = await OpenAsync(stop);
                return await read(connection);
            },
            "The store cannot be read.",
            cancellation);
    }

    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        return await RunAsync(stop => TransactAsync(work, stop), "The store cannot be written.", cancellation);
    }

    public Task MigrateAsync(CancellationToken cancellation) => new SqlServerMigrator(_connectionString).RunAsync(cancellation);

    /// <summary>
    /// Opening has its own retries. Where they fail, this throws an exception for which the transaction is not tried again.
    /// </summary>
    private async Task<SqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new SqlConnection(_connectionString);
        try
        {
            await SqlServerRetries.OpenAsync(connection, cancellation);
            return connection;
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            if (failure is SqlException away && SqlServerFailures.IsOutage(away) && !cancellation.IsCancellationRequested)
                throw new StoreUnavailableException("The store cannot be reached.", away);
            throw;
        }
    }

    private async Task<T> TransactAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
        var result = await work(transaction);
        await CommitAsync(transaction, cancellation);
        return result;
    }

    /// <summary>
    /// A commit that the server rolled back may be tried again. One whose answer was lost may have succeeded, so it must not be.
    /// </summary>
    private static async Task CommitAsync(SqlTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            await transaction.CommitAsync(cancellation);
        }
        catch (SqlException failure) when (!SqlServerFailures.IsRolledBack(failure))
        {
            throw new StoreUnavailableException("The answer to a commit was lost.", failure);
        }
    }

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, string outage, CancellationToken cancellation)
    {
        try
        {
            return await _retries.ExecuteAsync(async stop => await work(stop), cancellation);
        }
        catch (SqlException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (SqlException failure) when (SqlServerFailures.IsOutage(failure))
        {
            throw new StoreUnavailableException(outage, failure);
        }
        catch (InvalidOperationException exhausted) when (SqlServerFailures.IsPoolExhausted(exhausted))
        {
            throw new StoreUnavailableException(outage, exhausted);
        }
    }
}
