using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>Stores refused deliveries of integrations: counts by reason, and the newest of each reason.</summary>
public sealed class RefusalStore(IDatabase database)
{
    /// <summary>
    /// How many refusals are stored per reason. The limit is per reason, so that refusals that anyone can cause do not displace the others.
    /// </summary>
    public const int KeptOfReason = 15;

    // Skips integrations that were deleted meanwhile.
    private static readonly SqlText AddCounts = new(
        """
        INSERT INTO integration_refusal_counts (integration_id, reason, refused, last_at)
        SELECT r.value ->> 'integrationId', r.value ->> 'reason', 0, r.value ->> 'lastAt' FROM json_each(@Counts) AS r
        WHERE EXISTS (SELECT 1 FROM integrations AS i WHERE i.id = r.value ->> 'integrationId') AND NOT EXISTS (
            SELECT 1 FROM integration_refusal_counts AS c WHERE c.integration_id = r.value ->> 'integrationId'
                AND c.reason = r.value ->> 'reason');
        UPDATE integration_refusal_counts SET refused = integration_refusal_counts.refused + r.refused,
            last_at = MAX(integration_refusal_counts.last_at, r.last_at)
        FROM (SELECT value ->> 'integrationId' AS id, value ->> 'reason' AS reason, value ->> 'refused' AS refused,
            value ->> 'lastAt' AS last_at FROM json_each(@Counts)) AS r
        WHERE integration_refusal_counts.integration_id = r.id AND integration_refusal_counts.reason = r.reason;
        """,
        """
        INSERT INTO integration_refusal_counts (integration_id, reason, refused, last_at)
        SELECT r.integrationId, r.reason, 0, r.lastAt
        FROM OPENJSON(@Counts) WITH (integrationId nvarchar(128) '$.integrationId', reason nvarchar(32),
            lastAt datetime2(6) '$.lastAt') AS r
        WHERE EXISTS (SELECT 1 FROM integrations AS i WHERE i.id = r.integrationId COLLATE Latin1_General_100_BIN2) AND NOT EXISTS (
            SELECT 1 FROM integration_refusal_counts AS c WITH (UPDLOCK)
            WHERE c.integration_id = r.integrationId COLLATE Latin1_General_100_BIN2
                AND c.reason = r.reason COLLATE Latin1_General_100_BIN2);
        UPDATE c SET refused = c.refused + r.refused, last_at = CASE WHEN c.last_at > r.lastAt THEN c.last_at ELSE r.lastAt END
        FROM integration_refusal_counts AS c
        JOIN OPENJSON(@Counts) WITH (integrationId nvarchar(128) '$.integrationId', reason nvarchar(32), refused bigint,
            lastAt datetime2(6) '$.lastAt') AS r
            ON c.integration_id = r.integrationId COLLATE Latin1_General_100_BIN2 AND c.reason = r.reason COLLATE Latin1_General_100_BIN2;
        """);

    private static readonly SqlText AddNewest = new(
        """
        INSERT INTO integration_refusals (integration_id, reason, at, id, status, detail, content_type, bytes, address)
        SELECT r.value ->> 'integrationId', r.value ->> 'reason', r.value ->> 'at', r.value ->> 'id', r.value ->> 'status',
            r.value ->> 'detail', r.value ->> 'contentType',
            r.value ->> 'bytes', r.value ->> 'address'
        FROM json_each(@Newest) AS r WHERE EXISTS (SELECT 1 FROM integrations AS i WHERE i.id = r.value ->> 'integrationId')
        """,
        """
        INSERT INTO integration_refusals (integration_id, reason, at, id, status, detail, content_type, bytes, address)
        SELECT r.integrationId, r.reason, r.at, r.id, r.status, r.detail, r.contentType, r.bytes, r.address
        FROM OPENJSON(@Newest) WITH (integrationId nvarchar(128) '$.integrationId', reason nvarchar(32), at datetime2(6), id nvarchar(64),
            status bigint, detail nvarchar(1000),
            contentType nvarchar(200) '$.contentType', bytes bigint, address nvarchar(64)) AS r
        WHERE EXISTS (SELECT 1 FROM integrations AS i WHERE i.id = r.integrationId COLLATE Latin1_General_100_BIN2)
        """);

    private static readonly SqlText CountKnown = new(
        """
        SELECT COUNT(*) FROM json_each(@Newest) AS r CROSS JOIN integration_refusals AS n
        WHERE n.integration_id = r.value ->> 'integrationId' AND n.reason = r.value ->> 'reason'
            AND n.at = r.value ->> 'at' AND n.id = r.value ->> 'id'
        """,
        """
        SELECT COUNT(*)
        FROM OPENJSON(@Newest) WITH (integrationId nvarchar(128) '$.integrationId', reason nvarchar(32), at datetime2(6),
            id nvarchar(64)) AS r
        JOIN integration_refusals AS n ON n.integration_id = r.integrationId COLLATE Latin1_General_100_BIN2
            AND n.reason = r.reason COLLATE Latin1_General_100_BIN2 AND n.at = r.at AND n.id = r.id COLLATE Latin1_General_100_BIN2
        """);

    private static readonly SqlText DeleteOld = new(
        """
        DELETE FROM integration_refusals WHERE integration_id = @Integration AND reason = @Reason AND id NOT IN (
            SELECT n.id FROM integration_refusals AS n WHERE n.integration_id = @Integration AND n.reason = @Reason ORDER BY n.at DESC,
                n.id DESC LIMIT @Kept)
        """,
        """
        DELETE FROM integration_refusals WHERE integration_id = @Integration AND reason = @Reason AND id NOT IN (
            SELECT TOP (@Kept) n.id FROM integration_refusals AS n WHERE n.integration_id = @Integration AND n.reason = @Reason
                ORDER BY n.at DESC, n.id DESC)
        """);

    private static readonly SqlText SelectCounts = new(
        "SELECT integration_id AS IntegrationId, reason AS Reason, refused AS Refused, last_at AS LastAt FROM integration_refusal_counts "
            + "WHERE integration_id IN (SELECT value FROM json_each(@Ids))",
        """
        SELECT integration_id AS IntegrationId, reason AS Reason, refused AS Refused, last_at AS LastAt FROM integration_refusal_counts
        WHERE integration_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
        """);

    private const string SelectNewest = """
        SELECT integration_id AS IntegrationId, reason AS Reason, at AS At, status AS Status, detail AS Detail,
            content_type AS ContentType, bytes AS Bytes, address AS Address
        FROM integration_refusals WHERE integration_id = @Integration ORDER BY at DESC, id DESC
        """;

    /// <summary>
    /// Adds to the counts and stores the newest refusals of each reason. Repeating the same call changes nothing: everything is written in
    /// one transaction, so one stored refusal shows that the call was committed.
    /// </summary>
    /// <param name="newest">At least one refusal for each count.</param>
    public async Task AddAsync(IReadOnlyList<RefusalCount> counts, IReadOnlyList<RefusedDelivery> newest, CancellationToken cancellation) =>
        await database.WriteAsync(transaction => AddAsync(transaction, counts, newest), cancellation);

    /// <summary>The counts of the given integrations.</summary>
    public async Task<ILookup<string, RefusalCount>> CountsAsync(IReadOnlyCollection<string> integrationIds, CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<CountRow>(
                SelectCounts.For(connection), new { Ids = JsonRows.Of(connection, integrationIds) }), cancellation);
        return rows.ToLookup(
            row => row.IntegrationId, row => new RefusalCount(row.IntegrationId, row.Reason, row.Refused, row.LastAt),
            StringComparer.Ordinal);
    }

    /// <summary>The stored refusals of an integration, newest first.</summary>
    public async Task<IReadOnlyList<RefusedDelivery>> ListAsync(string integrationId, CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<RefusalRow>(SelectNewest, new { Integration = integrationId }), cancellation);
        return [
            .. rows.Select(
                row => new RefusedDelivery(
                    row.IntegrationId, row.Reason, row.At, (int)row.Status, row.Detail, row.ContentType, row.Bytes, row.Address))];
    }

    private static async Task<bool> AddAsync(
        DbTransaction transaction, IReadOnlyList<RefusalCount> counts, IReadOnlyList<RefusedDelivery> newest)
    {
        var connection = transaction.Connection!;
        var rows = new { Newest = JsonRows.Of(connection, newest.Select(one => one with { At = Instant.Truncate(one.At) })) };
        if (await connection.ExecuteScalarAsync<long>(CountKnown.For(connection), rows, transaction) > 0) return false;
        await connection.ExecuteAsync(
            AddCounts.For(connection),
            new { Counts = JsonRows.Of(connection, counts.Select(count => count with { LastAt = Instant.Truncate(count.LastAt) })) },
            transaction);
        await connection.ExecuteAsync(AddNewest.For(connection), rows, transaction);
        foreach (var count in counts)
        {
            await connection.ExecuteAsync(
                DeleteOld.For(connection), new { Integration = count.IntegrationId, count.Reason, Kept = KeptOfReason }, transaction);
        }

        return true;
    }

    private sealed record CountRow
    {
        public string IntegrationId { get; init; } = "";

        public string Reason { get; init; } = "";

        public long Refused { get; init; }

        public DateTimeOffset LastAt { get; init; }
    }

    private sealed record RefusalRow
    {
        public string IntegrationId { get; init; } = "";

        public string Reason { get; init; } = "";

        public DateTimeOffset At { get; init; }

        public long Status { get; init; }

        public string Detail { get; init; } = "";

        public string? ContentType { get; init; }

        public long? Bytes { get; init; }

        public string? Address { get; init; }
    }
}
