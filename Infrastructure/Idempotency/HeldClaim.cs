using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Idempotency;

/// <summary>
/// Keeps a claim alive while its request is under way, so that the claim of a process that died can end soon and whoever insists is not
/// kept waiting.
/// </summary>
public sealed class HeldClaim : IAsyncDisposable
{
    private readonly IdempotencyStore _store;
    private readonly PeriodicTimer _timer;
    private readonly Task _renewing;
    private IdempotencyClaim _claim;

    internal HeldClaim(IdempotencyStore store, IdempotencyClaim claim, TimeSpan every, TimeProvider time)
    {
        (_store, _claim, _timer) = (store, claim, new PeriodicTimer(every, time));
        _renewing = RenewAsync();
    }

    /// <summary>Ends the holding; the claim as it stands now.</summary>
    public async Task<IdempotencyClaim> LetGoAsync()
    {
        _timer.Dispose();
        await _renewing;
        return _claim;
    }

    public async ValueTask DisposeAsync() => await LetGoAsync();

    private async Task RenewAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            try
            {
                _claim = await _store.RenewAsync(_claim);
            }
            catch (Exception failure) when (failure is StoreUnavailableException or DbException)
            {
                // The next tick tries again; the request goes on whatever becomes of its claim.
            }
        }
    }
}
