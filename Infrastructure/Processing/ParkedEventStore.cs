using Dapper;
using HealthApi.Core.Events;
using HealthApi.Core.Thresholds;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Telemetry;

namespace HealthApi.Infrastructure.Processing;

/// <summary>Events that cannot be processed: kept with the reason, counted and listed, never dropped.</summary>
public sealed class ParkedEventStore(IDatabase database, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO parked_events (id, source, event_id, account_id, payload, error, parked_at)
        SELECT @Id, @Source, @EventId, @AccountId, @Payload, @Error, @ParkedAt
        WHERE NOT EXISTS (SELECT 1 FROM parked_events WHERE id = @Id)
        """;

    private const string Count = "SELECT COUNT(*) FROM parked_events";

    /// <summary>Parks a payload of one event, or a whole unreadable payload (<paramref name="envelope"/> null). Parking it again is harmless.</summary>
    public Task ParkAsync(ReadOnlyMemory<byte> payload, EventEnvelope? envelope, string error, CancellationToken cancellation)
    {
        var row = new
        {
            Id = CrossingId.Derive("prk_", Convert.ToBase64String(payload.Span)),
            Source = envelope?.Source ?? "",
            EventId = envelope?.Id ?? "",
            AccountId = envelope?.AccountId ?? "",
            Payload = payload.ToArray(),
            Error = error,
            ParkedAt = time.GetUtcNow(),
        };
        ProcessingTelemetry.CountParked();
        return database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Insert, row, transaction), cancellation);
    }

    public Task<long> CountAsync(CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation);
}
