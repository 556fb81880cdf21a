using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Evaluation.Parking;

/// <summary>The result of retrying a parked event or account.</summary>
public enum RetryResult : byte
{
    /// <summary>There is no such parked event or account; it may have been parked before.</summary>
    NotFound,

    /// <summary>It still cannot be processed and stays parked.</summary>
    StillParked,

    Processed,

    /// <summary>The account was rebuilt from the event log.</summary>
    Rebuilt,

    /// <summary>The same event is in the log already.</summary>
    Duplicate,

    /// <summary>The log has another content under the event's source and id.</summary>
    Conflict,

    /// <summary>The account was erased after the event was accepted; the event was dropped.</summary>
    Erased,
}

/// <summary>Lists parked events, newest first, and retries or discards them.</summary>
public sealed class ParkedEventShelf(IDatabase database, EventIntake intake)
{
    private const string Columns =
        "id AS Id, source AS Source, event_id AS EventId, account_id AS AccountId, payload AS Payload, error AS Error, parked_at AS "
            + "ParkedAt";

    private const string Select = Columns + """
         FROM parked_events
        WHERE parked_at <= @At AND (parked_at < @At OR id < @Id)
            AND (@Source IS NULL OR source = @Source) AND (@AccountId IS NULL OR account_id = @AccountId)
        ORDER BY parked_at DESC, id DESC
        """;

    private const string Find = "SELECT " + Columns + " FROM parked_events WHERE id = @Id";

    private const string Delete = "DELETE FROM parked_events WHERE id = @Id";

    private const string Size = "SELECT events FROM parked_events WHERE id = @Id";

    private static readonly SqlText Page =
        new("SELECT " + Select + " LIMIT @Limit", "SELECT TOP (@Limit) " + Select + " OPTION (RECOMPILE)");

    public async Task<IReadOnlyList<ParkedEvent>> ListAsync(
        string? source, string? accountId, ParkedPosition? after, int limit, CancellationToken cancellation)
    {
        // Without a cursor the page begins at the newest event: '~' sorts after every id.
        var parameters = new
        {
            At = after?.ParkedAt ?? DateTimeOffset.MaxValue,
            Id = after?.Id ?? "~",
            Source = source,
            AccountId = accountId,
            Limit = limit
        };
        return [
            .. await database.ReadAsync(connection => connection.QueryAsync<ParkedEvent>(Page.For(connection), parameters), cancellation)];
    }

    /// <summary>Processes the event now, and unparks it in the same transaction.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached; the event stays parked.</exception>
    public async Task<RetryResult> RetryAsync(string id, CancellationToken cancellation)
    {
        var row =
            await database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<ParkedEvent>(Find, new { Id = id }), cancellation);
        if (row is null) return RetryResult.NotFound;
        if (row.Envelope() is not { } envelope) return RetryResult.StillParked;
        EventTally? outcome;
        try
        {
            outcome = await intake.RetryAsync(envelope, transaction => UnparkAsync(transaction, id), cancellation);
        }
        catch (GoneException)
        {
            return RetryResult.NotFound;
        }

        if (outcome is not { } tally) return RetryResult.StillParked;
        return tally.New > 0 ? RetryResult.Processed : tally.Duplicates > 0 ? RetryResult.Duplicate : tally.Conflicts > 0
            ? RetryResult.Conflict : RetryResult.Erased;
    }

    /// <summary>Deletes the parked event for good and counts it as discarded. False where there is no such parked event.</summary>
    public Task<bool> DiscardAsync(string id, CancellationToken cancellation) =>
        database.WriteAsync(transaction => DiscardAsync(transaction, id), cancellation);

    private static async Task<bool> DiscardAsync(DbTransaction transaction, string id)
    {
        var connection = transaction.Connection!;
        if (await connection.ExecuteScalarAsync<long?>(Size, new { Id = id }, transaction) is not { } events) return false;
        if (await connection.ExecuteAsync(Delete, new { Id = id }, transaction) == 0) return false;
        await IngestionCounters.AddAsync(transaction, IngestionCounters.Discarded, IngestionCounters.Part(id), events);
        return true;
    }

    private static async Task UnparkAsync(DbTransaction transaction, string id)
    {
        if (await transaction.Connection!.ExecuteAsync(Delete, new { Id = id }, transaction) == 0) throw new GoneException();
    }

    /// <summary>Another request has unparked the event since it was read; nothing is committed.</summary>
    private sealed class GoneException : OperationCanceledException;
}
