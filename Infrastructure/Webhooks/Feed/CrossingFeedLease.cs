using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Feed;

/// <summary>
/// Lets one process publish at a time, so that the order of the feed is the order on the broker. When the holder dies, another process
/// takes the lease after its end.
/// </summary>
internal sealed class CrossingFeedLease(IDatabase database, TimeProvider time)
{
    /// <summary>How long a lease lasts. The holder must finish publishing within half of this time.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    private const string Take = """
        UPDATE crossing_feed_lease SET owner = @Owner, leased_until = @Until
        WHERE id = 1 AND (owner IS NULL OR owner = @Owner OR leased_until <= @Now)
        """;

    private const string Release = "UPDATE crossing_feed_lease SET owner = NULL WHERE id = 1 AND owner = @Owner";

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private DateTimeOffset _heldUntil;

    /// <summary>Takes or renews the lease; true where this process holds it for at least another half of <see cref="Duration"/>.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_heldUntil - now > Duration / 2 && _heldUntil - now <= Duration) return true;
        var parameters = new { Owner = _owner, Now = now, Until = now + Duration };
        var taken = await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Take, parameters, transaction), cancellation) == 1;
        _heldUntil = taken ? parameters.Until : DateTimeOffset.MinValue;
        return taken;
    }

    /// <summary>Ends the lease, so that the next process need not wait for it.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (_heldUntil == DateTimeOffset.MinValue) return;
        _heldUntil = DateTimeOffset.MinValue;
        await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Release, new { Owner = _owner }, transaction), cancellation);
    }
}
