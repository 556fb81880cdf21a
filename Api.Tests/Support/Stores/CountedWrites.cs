using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store that records the row count that each transaction returns, and can become unavailable after some transactions.</summary>
internal sealed class CountedWrites(IDatabase store) : IDatabase
{
    private readonly List<int> _rows = [];

    public IReadOnlyList<int> Rows => _rows;

    /// <summary>The number of transactions after which the store is unavailable.</summary>
    public int Last { get; init; } = int.MaxValue;

    public string Location => store.Location;

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation) => store.ReadAsync(read, cancellation);

    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        if (_rows.Count == Last) throw new StoreUnavailableException("The test made the store unavailable.");
        var written = await store.WriteAsync(work, cancellation);
        if (written is int rows) _rows.Add(rows);
        return written;
    }

    public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
}
