using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>
/// Renews the lease on batches while they are processed. A lease can therefore be short, so that the lease of a dead process ends soon.
/// </summary>
internal sealed class HeldBatches : IAsyncDisposable
{
    /// <summary>Two renewals may fail, or come late, before the lease ends.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(4);

    private readonly ILaneTable _table;
    private readonly IReadOnlyList<StoredLaneBatch> _batches;
    private readonly PeriodicTimer _timer;
    private readonly Task _renewing;

    public HeldBatches(ILaneTable table, IReadOnlyList<StoredLaneBatch> batches, TimeProvider time)
    {
        (_table, _batches, _timer) = (table, batches, new PeriodicTimer(RenewEvery, time));
        _renewing = RenewAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _renewing;
    }

    private async Task RenewAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            try
            {
                await _table.RenewAsync(_batches, CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                // No other process can take the batches while the store is unavailable.
            }
        }
    }
}
