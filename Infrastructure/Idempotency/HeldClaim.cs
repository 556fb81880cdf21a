using System.Data.Common;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Idempotency;

/// <summary>
/// Renews a claim while its request runs. A claim that is no longer renewed, because its process has died, can then end after a short time,
/// and a repeat of the request does not wait long.
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

    /// <summary>Stops renewing and returns the claim with the time of its last renewal.</summary>
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
                // The next tick tries again. The request continues even if its claim is lost.
            }
        }
    }
}
