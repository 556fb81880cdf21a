using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Telemetry;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Measures the waiting work in store and broker every 15 seconds, as long as a collector or scraper reads the gauges.</summary>
internal sealed class BacklogGauges(
    IDatabase database, ILaneTransport lanes, ParkedEventStore parked, ParkedAccounts accounts, GaugeReaders readers, LoopHealth health,
        TimeProvider time,
    ILogger<BacklogGauges> logger)
    : WorkerLoop("gauges", health, logger)
{
    private const string Outbox = """
        SELECT COUNT(*) AS Depth, MIN(next_attempt_at) AS OldestDue FROM webhook_deliveries WHERE status = 'pending'
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Measures once.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        var outbox = await database.ReadAsync(connection => connection.QuerySingleAsync<OutboxRow>(Outbox), cancellation);
        var age = outbox.OldestDue is { } due ? (time.GetUtcNow() - due).TotalSeconds : 0;
        HealthTelemetry.OutboxDepth.Record(outbox.Depth);
        HealthTelemetry.OutboxAge.Record(Math.Max(0, age));
        HealthTelemetry.LanePending.Record((await lanes.BacklogAsync(cancellation)).Events);
        HealthTelemetry.Parked.Record(await parked.CountAsync(cancellation));
        HealthTelemetry.ParkedAccounts.Record(await accounts.CountAsync(cancellation));
    }

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        if (readers.Any) await LookAsync(stopping);
        await readers.WaitAsync(Every, stopping);
    }

    private sealed record OutboxRow
    {
        public long Depth { get; init; }

        public DateTimeOffset? OldestDue { get; init; }
    }
}
