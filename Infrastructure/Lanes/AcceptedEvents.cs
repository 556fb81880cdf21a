using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// Writes how many events this process has acknowledged into a row of its own, once a second and when it stops, so that other processes
/// know what is pending. What a process that is killed has not written, the workers find out by taking it. While nothing is accepted the
/// row is renewed every hour: one that is a week old is that of a process that is gone (<c>LanePruning</c>).
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

    /// <summary>By the machine's clock: a simulated one would write for each second of months.</summary>
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

    /// <summary>Writes where something has changed, or the row is due to be renewed.</summary>
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
            // Events are accepted without the store too, as long as there is a broker.
            logger.LogDebug(failure, "The number of accepted events is written later.");
        }
    }
}
