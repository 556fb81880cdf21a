using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Lanes.Embedded;

/// <summary>Renews the claim on batches while they are processed, so that the claim of a process that died can end soon.</summary>
internal sealed class HeldBatches : IAsyncDisposable
{
    /// <summary>Two renewals may fail, or come late, before the claim ends.</summary>
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
                // Nobody else can take them either.
            }
        }
    }
}
