using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>Stores events that cannot be processed, with the reason.</summary>
public sealed class ParkedEventStore(IDatabase database, IEvaluationSql sql, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO parked_events (id, source, event_id, account_id, payload, error, parked_at, events)
        SELECT @Id, @Source, @EventId, @AccountId, @Payload, @Error, @ParkedAt, @Events
        WHERE NOT EXISTS (SELECT 1 FROM parked_events WHERE id = @Id)
        """;

    private const string Count = "SELECT COALESCE(SUM(events), 0) FROM parked_events";

    /// <summary>
    /// Parks a share of one event, or drops the event where its account was erased after it was accepted. Parking the same event again
    /// changes nothing and is not counted.
    /// </summary>
    public Task ParkAsync(IncomingEvents share, string error, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(share);
        return ParkAsync(EventBatchCodec.Encode(share.Events), share.Events[0], 1, share, error, cancellation);
    }

    /// <summary>Parks a whole message that cannot be read. Parking the same message again changes nothing and is not counted.</summary>
    public Task ParkAsync(LaneMessage message, string error, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ParkAsync(message.Payload, null, message.Events, new IncomingEvents([]) { Message = message }, error, cancellation);
    }

    private Task<int> ParkAsync(
        ReadOnlyMemory<byte> payload, EventEnvelope? envelope, int events, IncomingEvents share, string error,
        CancellationToken cancellation)
    {
        var row = new
        {
            Id = DerivedId.Of("prk_", Convert.ToBase64String(payload.Span)),
            Source = envelope?.Source ?? "",
            EventId = envelope?.Id ?? "",
            AccountId = envelope?.AccountId ?? "",
            Payload = payload.ToArray(),
            Error = error,
            ParkedAt = time.GetUtcNow(),
            Events = events,
        };
        EvaluationTelemetry.CountParked();
        return database.WriteAsync(
            async transaction =>
            {
                if (share.Recorded is { } id && (await LaneInbox.TakeAsync(transaction, [id], row.ParkedAt)).Count == 0) return 0;
                var isDropped = envelope is not null && await IsErasedAsync(transaction, share, envelope);
                var settled = isDropped ? await DropAsync(transaction, envelope!)
                    : await transaction.Connection!.ExecuteAsync(Insert, row, transaction);
                if (settled > 0)
                    await LaneInbox.CountAsync(transaction, IngestionCounters.Part(row.AccountId), [(share.Process, events)], row.ParkedAt);
                return settled;
            },
            cancellation);
    }

    /// <summary>Whether the account is erased already. A later erasure finds the parked row and deletes it.</summary>
    private async Task<bool> IsErasedAsync(DbTransaction transaction, IncomingEvents share, EventEnvelope envelope)
    {
        string[] accountIds = [envelope.AccountId];
        var known = await sql.LoadAsync(transaction, accountIds);
        var filter =
            await ErasureFilter.CreateAsync(transaction, await sql.TombstonesAsync(transaction, accountIds), new HashSet<LaneMessageId>());
        return filter.Apply([share], known.ContainsKey).Single().IsDropped;
    }

    /// <returns>The number of dropped events: 1.</returns>
    private async Task<int> DropAsync(DbTransaction transaction, EventEnvelope envelope)
    {
        await ErasureFilter.CountAsync(transaction, [envelope]);
        await sql.CountAsync(transaction, [envelope], [EventFate.Dropped]);
        return 1;
    }

    /// <summary>The number of parked events.</summary>
    public Task<long> CountAsync(CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Count), cancellation);
}
