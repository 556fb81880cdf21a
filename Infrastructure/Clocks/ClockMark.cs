using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Clocks;

/// <summary>The mark in the store: the latest time that any worker's clock has shown.</summary>
internal sealed class ClockMark(IDatabase database)
{
    private const string Select = "SELECT at FROM clock_mark WHERE id = 1";

    private const string Raise = "UPDATE clock_mark SET at = @Now WHERE id = 1 AND at < @Now";

    private const string Lower = "UPDATE clock_mark SET at = @Now WHERE id = 1 AND at = @Known";

    /// <summary>Raises the mark to this time where it is lower.</summary>
    /// <returns>The mark before the call.</returns>
    public async Task<DateTimeOffset> RaiseAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var at = await database.ReadAsync(connection => connection.ExecuteScalarAsync<DateTimeOffset>(Select), cancellation);
        if (at < now)
        {
            await database.WriteAsync(
                transaction => transaction.Connection!.ExecuteAsync(Raise, new { Now = now }, transaction), cancellation);
        }

        return at;
    }

    /// <summary>Sets the mark to this time, unless it is no longer at <paramref name="known"/>.</summary>
    public Task LowerAsync(DateTimeOffset known, DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Lower, new { Known = known, Now = now }, transaction), cancellation);
}
