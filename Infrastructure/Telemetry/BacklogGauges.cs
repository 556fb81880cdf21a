using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Processing;
using Microsoft.Extensions.Hosting;

namespace HealthApi.Infrastructure.Telemetry;

/// <summary>Looks at what waits in store and broker, four times a minute, for as long as somebody listens to the gauges.</summary>
internal sealed class BacklogGauges(IDatabase database, ILaneTransport lanes, ParkedEventStore parked, TimeProvider time) : BackgroundService
{
    private const string Outbox = """
        SELECT COUNT(*) AS Depth, MIN(next_attempt_at) AS OldestDue FROM webhook_deliveries WHERE status = 'pending'
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        var outbox = await database.ReadAsync(connection => connection.QuerySingleAsync<OutboxRow>(Outbox), cancellation);
        var age = outbox.OldestDue is { } due ? (time.GetUtcNow() - due).TotalSeconds : 0;
        HealthTelemetry.OutboxDepth.Record(outbox.Depth);
        HealthTelemetry.OutboxAge.Record(Math.Max(0, age));
        HealthTelemetry.LanePending.Record((await lanes.BacklogAsync(cancellation)).Events);
        HealthTelemetry.Parked.Record(await parked.CountAsync(cancellation));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
            {
                if (HealthTelemetry.OutboxDepth.Enabled) await LookSafelyAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task LookSafelyAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation);
        }
        catch (StoreUnavailableException)
        {
            // The store's own checks tell; the gauges keep their last values.
        }
    }

    private sealed record OutboxRow
    {
        public long Depth { get; init; }

        public DateTimeOffset? OldestDue { get; init; }
    }
}
