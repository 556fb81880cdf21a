using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store that runs an action right after its n-th read, as another process might do at that moment.</summary>
internal sealed class HookedReads(IDatabase store, int after, Func<Task> happens) : IDatabase
{
    private int _reads;

    public string Location => store.Location;

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        var result = await store.ReadAsync(read, cancellation);
        if (++_reads == after) await happens();
        return result;
    }

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation) => store.WriteAsync(work, cancellation);

    public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
}
