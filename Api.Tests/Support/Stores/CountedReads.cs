using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store that counts its reads.</summary>
internal sealed class CountedReads(IDatabase store) : IDatabase
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public string Location => store.Location;

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _count);
        return store.ReadAsync(read, cancellation);
    }

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation) => store.WriteAsync(work, cancellation);

    public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
}
