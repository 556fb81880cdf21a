using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// Stores how many events this process has acknowledged, in a row of its own, once a second and when it stops, so that other processes know
/// how many events are pending. A killed process may leave its number too low; the number of events that workers have taken from it then
/// counts. While nothing is accepted, the row is renewed every hour, so a row that is a week old belongs to a process that no longer runs
/// (<c>LanePruning</c>).
/// </summary>
internal sealed class AcceptedEvents(
    IDatabase database, AcceptingProcess process, LoopHealth health, TimeProvider time, ILogger<AcceptedEvents> logger)
    : WorkerLoop("accepted events", health, logger)
{
    private const string Write = """
        INSERT INTO lane_processes (id, part, accepted, taken, seen_at)
        SELECT @Id, -1, 0, 0, @Now WHERE NOT EXISTS (SELECT 1 FROM lane_processes WHERE id = @Id AND part = -1);
        UPDATE lane_processes SET accepted = @Accepted, seen_at = @Now WHERE id = @Id AND part = -1 AND accepted <= @Accepted;
        """;

    /// <summary>In the machine's time: with a simulated clock it would write for each simulated second.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromHours(1);

    private long _written;
    private DateTimeOffset _writtenAt;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await Task.Delay(Every, stopping);
        await WriteAsync(stopping);
    }

    protected override Task StoppedAsync() => WriteAsync(CancellationToken.None);

    /// <summary>Stores the number where it has changed, or where the row is due to be renewed.</summary>
    internal async Task WriteAsync(CancellationToken cancellation)
    {
        var row = new { process.Id, process.Accepted, Now = time.GetUtcNow() };
        if (row.Accepted == 0 || (row.Accepted == _written && (row.Now - _writtenAt).Duration() < RenewEvery)) return;
        try
        {
            await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Write, row, transaction), cancellation);
            (_written, _writtenAt) = (row.Accepted, row.Now);
        }
        catch (StoreUnavailableException failure)
        {
            // With a broker, events are accepted without the store too.
            logger.LogDebug(failure, "The number of accepted events could not be stored; it is stored later.");
        }
    }
}
