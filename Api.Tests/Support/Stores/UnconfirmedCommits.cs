using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store whose next commits succeed but report a broken connection, so that their outcome is unknown to the caller.</summary>
internal sealed class UnconfirmedCommits(IDatabase store) : IDatabase
{
    /// <summary>The number of next commits that report a failure.</summary>
    public int Next { get; set; }

    public string Location => store.Location;

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation) => store.ReadAsync(read, cancellation);

    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        var written = await store.WriteAsync(work, cancellation);
        return Next-- > 0 ? throw new StoreUnavailableException("The connection broke after the commit.") : written;
    }

    public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
}
