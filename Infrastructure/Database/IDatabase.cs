using System.Data.Common;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The store. Reads see the last committed state and never wait for a writer. A write is one transaction: it commits when the work
/// returns and rolls back when it throws, so nothing is ever half done. The work may run more than once: it changes nothing but the store.
/// </summary>
public interface IDatabase
{
    /// <summary>Where the data lies, for people: a path, or a server and database. No secret.</summary>
    string Location { get; }

    /// <summary>Runs a read on a pooled connection.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation);

    /// <summary>
    /// Runs the work in one write transaction; when this returns, it is durable. A <see cref="System.Data.DBConcurrencyException"/> means
    /// that a row is not at the version it was read with any more; where other processes write too, the work is then run again some times
    /// first.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached, or cannot write (full, read-only, locked).</exception>
    Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation);

    /// <summary>
    /// What is wrong with the store's file for good, as reads and writes have found since the start; null where nothing is known.
    /// </summary>
    string? Damage => null;

    /// <summary>
    /// Does beside the writers what one of them would have to do in its turn after much was written. To be called now and then by who
    /// writes much in pieces.
    /// </summary>
    Task RelieveAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Creates what is missing of the schema. Safe when several processes start together.</summary>
    Task MigrateAsync(CancellationToken cancellation);
}

/// <summary>Nothing durable can be reached now; the caller may send the same again later. Becomes 503 with <c>Retry-After</c>.</summary>
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
