using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store that signals when a write transaction was requested, whether or not it has begun.</summary>
internal sealed class RequestedWrites(IDatabase store) : IDatabase
{
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first write transaction is requested.</summary>
    public Task FirstRequested => _requested.Task;

    public string Location => store.Location;

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation) => store.ReadAsync(read, cancellation);

    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        var writing = store.WriteAsync(work, cancellation);
        _requested.TrySetResult();
        return writing;
    }

    public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
}
