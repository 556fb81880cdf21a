using System.Data.Common;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The store. Reads see the last committed state and never wait for a writer. A write is one transaction: it commits when the work
/// returns and rolls back when it throws. The work may run more than once, so it must change nothing except the store.
/// </summary>
public interface IDatabase
{
    /// <summary>Where the data is, for display: a path, or a server and a database. Holds no secret.</summary>
    string Location { get; }

    /// <summary>Runs a read on a pooled connection.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation);

    /// <summary>
    /// Runs the work in one write transaction. When this returns, the result is durable. On SQL Server, where other processes write too, a
    /// <see cref="System.Data.DBConcurrencyException"/> of the work makes the whole work run again a few times before it is thrown.
    /// </summary>
    /// <exception cref="System.Data.DBConcurrencyException">A row no longer has the version that it was read with.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be reached, or cannot write (full, read-only, locked).</exception>
    Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation);

    /// <summary>
    /// Permanent damage of the store's file that a read or write has found since the process started; null where none was found.
    /// </summary>
    string? Damage => null;

    /// <summary>
    /// Does maintenance outside the writers' turn that a writer would otherwise have to do after many writes. Call it from time to time
    /// while writing many chunks.
    /// </summary>
    Task RelieveAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Applies the missing migrations. Safe when several processes start at the same time.</summary>
    Task MigrateAsync(CancellationToken cancellation);
}

/// <summary>The store cannot be reached or written now; try again later. Becomes 503 with <c>Retry-After</c>.</summary>
public class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
