using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store that notes how many rows each transaction says it has written, and can go away after some of them.</summary>
internal sealed class CountedWrites(IDatabase store) : IDatabase
{
    private readonly List<int> _rows = [];

    public IReadOnlyList<int> Rows => _rows;

    /// <summary>Transactions until the store is not there any more.</summary>
    public int Last { get; init; } = int.MaxValue;

    public string Location => store.Location;

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation) => store.ReadAsync(read, cancellation);

    public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        if (_rows.Count == Last) throw new StoreUnavailableException("The test has taken it away.");
        var written = await store.WriteAsync(work, cancellation);
        if (written is int rows) _rows.Add(rows);
        return written;
    }

    public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
}
