using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>Stores payloads whose customer is unknown, and payloads that cannot be translated.</summary>
public sealed class PayloadStore(IDatabase database)
{
    private const string Columns = """
        p.id AS Id, p.integration_id AS IntegrationId, p.state AS State, p.system AS System, p.item_key AS ItemKey, p.kind AS Kind,
            p.reference AS Reference,
        p.reason AS Reason, p.payload AS Payload, p.received_at AS ReceivedAt, p.tried_settings AS TriedSettings
        """;

    private static readonly SqlText Insert = new(
        """
        INSERT INTO integration_payloads (id, integration_id, state, system, item_key, kind, reference, reason, payload, received_at,
            tried_settings)
        SELECT r.value ->> 'id', r.value ->> 'integrationId', r.value ->> 'state', r.value ->> 'system', r.value ->> 'itemKey',
            r.value ->> 'kind', r.value ->> 'reference',
            r.value ->> 'reason', r.value ->> 'payload', r.value ->> 'receivedAt', r.value ->> 'triedSettings'
        FROM json_each(@Rows) AS r WHERE NOT EXISTS (SELECT 1 FROM integration_payloads AS p WHERE p.id = r.value ->> 'id');
        UPDATE integration_payloads SET reason = r.reason, tried_settings = r.tried
        FROM (SELECT value ->> 'id' AS id, value ->> 'reason' AS reason, value ->> 'triedSettings' AS tried FROM json_each(@Rows)) AS r
        WHERE integration_payloads.id = r.id AND integration_payloads.tried_settings < r.tried;
        """,
        """
        INSERT INTO integration_payloads (id, integration_id, state, system, item_key, kind, reference, reason, payload, received_at,
            tried_settings)
        SELECT r.id, r.integrationId, r.state, r.system, r.itemKey, r.kind, r.reference, r.reason, r.payload, r.receivedAt, r.triedSettings
        FROM OPENJSON(@Rows) WITH (id nvarchar(128), integrationId nvarchar(128) '$.integrationId', state nvarchar(16),
            system nvarchar(128), itemKey nvarchar(128) '$.itemKey', kind nvarchar(128),
            reference nvarchar(128), reason nvarchar(max), payload nvarchar(max), receivedAt datetime2(6) '$.receivedAt',
            triedSettings bigint '$.triedSettings') AS r
        WHERE NOT EXISTS (SELECT 1 FROM integration_payloads AS p WHERE p.id = r.id COLLATE Latin1_General_100_BIN2);
        UPDATE p SET reason = r.reason, tried_settings = r.triedSettings
        FROM integration_payloads AS p JOIN OPENJSON(@Rows) WITH (id nvarchar(128), reason nvarchar(max),
            triedSettings bigint '$.triedSettings') AS r ON p.id = r.id COLLATE Latin1_General_100_BIN2
        WHERE p.tried_settings < r.triedSettings;
        """);

    private static readonly SqlText Delete = new(
        "DELETE FROM integration_payloads WHERE id IN (SELECT value FROM json_each(@Ids))",
        "DELETE FROM integration_payloads WHERE id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v "
            + "nvarchar(128) '$') AS j)");

    private const string PageCondition = """
         FROM integration_payloads AS p WHERE p.integration_id = @Integration AND p.state = @State
            AND p.received_at <= @ReceivedAt AND (p.received_at < @ReceivedAt OR p.id < @Id)
        ORDER BY p.received_at DESC, p.id DESC
        """;

    // A link that came later gives the customer another name; accepting the payload again then parks it under that name. The external id
    // of the integration's current settings counts, not the one stored with the payload.
    private const string ClaimedCondition = """
         FROM integration_payloads AS p JOIN integrations AS i ON i.id = p.integration_id
        WHERE p.state = 'parked' AND p.received_at >= @ReceivedAt AND (p.received_at > @ReceivedAt OR p.id > @Id)
            AND p.received_at <= @LastReceivedAt AND (p.received_at < @LastReceivedAt OR p.id <= @LastId) AND (
                EXISTS (SELECT 1 FROM account_external_ids AS x WHERE x.system = i.system AND x.external_id = p.reference)
                OR EXISTS (SELECT 1 FROM accounts AS a WHERE a.id = p.reference)
                OR EXISTS (SELECT 1 FROM integration_links AS l WHERE l.integration_id = p.integration_id AND l.reference = p.reference
                    AND l.target IS NOT NULL AND l.target <> p.reference))
        ORDER BY p.received_at, p.id
        """;

    // Starts from the changed accounts, so that the cost grows with their number and not with the number of parked payloads.
    private const string NewlyClaimedCondition = """
         FROM integration_payloads AS p
        WHERE p.state = 'parked' AND p.received_at >= @ReceivedAt AND (p.received_at > @ReceivedAt OR p.id > @Id) AND p.id IN (
            SELECT q.id FROM accounts AS a JOIN integration_payloads AS q ON q.reference = a.id WHERE a.updated_at >= @Since
                AND q.reference IS NOT NULL AND q.state = 'parked'
            UNION
            SELECT q.id FROM accounts AS a JOIN account_external_ids AS x ON x.account_id = a.id
            JOIN integration_payloads AS q ON q.reference = x.external_id JOIN integrations AS i ON i.id = q.integration_id
            WHERE a.updated_at >= @Since AND q.reference IS NOT NULL AND q.state = 'parked' AND i.system = x.system)
        ORDER BY p.received_at, p.id
        """;

    private const string UntriedCondition = """
         FROM integration_payloads AS p WHERE p.integration_id = @Integration AND p.state = 'unmapped' AND p.tried_settings < @Version
        ORDER BY p.tried_settings, p.received_at, p.id
        """;

    private const string SelectOne = "SELECT " + Columns
        + " FROM integration_payloads AS p WHERE p.id = @Id AND p.integration_id = @Integration AND p.state = @State";

    private const string UpdateTried =
        "UPDATE integration_payloads SET tried_settings = @Version WHERE id = @Id AND tried_settings < @Version";

    private const string SelectChanged = """
        SELECT i.id FROM integrations AS i
        WHERE EXISTS (SELECT 1 FROM integration_payloads AS p WHERE p.integration_id = i.id AND p.state = 'unmapped'
            AND p.tried_settings < i.settings_version)
        """;

    private const string SliceCondition = """
         p.id AS Id, p.received_at AS ReceivedAt FROM integration_payloads AS p
        WHERE p.state = 'parked' AND p.received_at >= @ReceivedAt AND (p.received_at > @ReceivedAt OR p.id > @Id) ORDER BY p.received_at,
            p.id
        """;

    private const string SliceEnd = " ORDER BY ReceivedAt DESC, Id DESC";

    /// <summary>Payloads per chunk: far below the 5,000 locks at which SQL Server locks the table.</summary>
    internal const int ChunkSize = 1000;

    /// <summary>
    /// A page ends with the payload that makes it this long, because a parsed payload takes several times the memory of its text.
    /// </summary>
    internal const int PageCharacters = 1024 * 1024;

    private static readonly SqlText DeleteOld = new(
        "DELETE FROM integration_payloads WHERE id IN (SELECT p.id FROM integration_payloads AS p WHERE p.received_at < @Before ORDER BY "
            + "p.received_at LIMIT @Limit)",
        "DELETE FROM integration_payloads WHERE id IN (SELECT TOP (@Limit) p.id FROM integration_payloads AS p WHERE p.received_at < "
            + "@Before ORDER BY p.received_at)");

    private static readonly SqlText DeleteOf = new(
        "DELETE FROM integration_payloads WHERE id IN (SELECT p.id FROM integration_payloads AS p WHERE p.integration_id = @Integration "
            + "LIMIT @Limit)",
        "DELETE FROM integration_payloads WHERE id IN (SELECT TOP (@Limit) p.id FROM integration_payloads AS p WHERE p.integration_id = "
            + "@Integration)");

    private static readonly SqlText SelectPage = new(
        "SELECT " + Columns + PageCondition + " LIMIT @Limit", "SELECT TOP (@Limit) " + Columns + PageCondition + " OPTION (RECOMPILE)");

    private static readonly SqlText SelectClaimed =
        new("SELECT " + Columns + ClaimedCondition + " LIMIT @Limit", "SELECT TOP (@Limit) " + Columns + ClaimedCondition);

    private static readonly SqlText SelectNewlyClaimed = new(
        "SELECT " + Columns + NewlyClaimedCondition + " LIMIT @Limit", "SELECT TOP (@Limit) " + Columns + NewlyClaimedCondition);

    private static readonly SqlText SelectUntried =
        new("SELECT " + Columns + UntriedCondition + " LIMIT @Limit", "SELECT TOP (@Limit) " + Columns + UntriedCondition);

    private static readonly SqlText SelectSliceEnd = new(
        "SELECT Id, ReceivedAt FROM (SELECT" + SliceCondition + " LIMIT @Limit) AS slice" + SliceEnd + " LIMIT 1",
        "SELECT TOP (1) Id, ReceivedAt FROM (SELECT TOP (@Limit)" + SliceCondition + ") AS slice" + SliceEnd);

    /// <summary>Later than every payload; the first page begins here.</summary>
    private static readonly DateTimeOffset Newest = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Stores payloads; they are durable when this returns. Storing one again changes nothing, except its reason where the integration's
    /// settings are newer.
    /// </summary>
    public async Task KeepAsync(IReadOnlyList<KeptPayload> payloads, CancellationToken cancellation)
    {
        if (payloads.Count == 0) return;
        // Two rows with the same id in one insert would violate the key.
        var distinct = payloads.DistinctBy(payload => payload.Id).ToList();
        await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                Insert.For(transaction.Connection!), new { Rows = JsonRows.Of(transaction.Connection!, distinct) }, transaction),
                cancellation);
    }

    /// <summary>Newest first; at most <paramref name="limit"/>, fewer where they are large.</summary>
    public Task<PayloadPage> ListAsync(
        string integrationId, string state, PayloadPosition? after, int limit, CancellationToken cancellation)
    {
        var parameters = new
        {
            Integration = integrationId,
            State = state,
            Id = after?.Id ?? "",
            ReceivedAt = after?.ReceivedAt ?? Newest,
            Limit = limit + 1
        };
        return ReadAsync(SelectPage, parameters, limit, cancellation);
    }

    /// <summary>The payload of an integration in this state; null where there is none.</summary>
    public Task<KeptPayload?> FindAsync(string integrationId, string state, string id, CancellationToken cancellation) =>
        database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<KeptPayload>(
                SelectOne, new { Id = id, Integration = integrationId, State = state }), cancellation);

    /// <summary>Integrations with unmapped payloads that were not yet translated with the current settings.</summary>
    public async Task<IReadOnlyList<string>> ChangedIntegrationsAsync(CancellationToken cancellation) =>
        [.. await database.ReadAsync(connection => connection.QueryAsync<string>(SelectChanged), cancellation)];

    /// <summary>Unmapped payloads that were not yet translated with these settings; fewer than the limit where they are large.</summary>
    public async Task<IReadOnlyList<KeptPayload>> UntriedAsync(Integration integration, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(integration);
        return (
            await ReadAsync(
                SelectUntried, new { Integration = integration.Id, Version = integration.SettingsVersion, Limit = limit }, limit,
                cancellation)).Payloads;
    }

    /// <summary>Records that a payload was tried with these settings.</summary>
    public Task SetTriedAsync(string id, long settingsVersion, CancellationToken cancellation) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(UpdateTried, new { Id = id, Version = settingsVersion }, transaction),
            cancellation);

    /// <summary>The end of a slice of <paramref name="size"/> parked payloads; null where none is parked after the position.</summary>
    public Task<PayloadPosition?> SliceEndAsync(PayloadPosition? after, int size, CancellationToken cancellation) => database.ReadAsync(
        async connection => (await connection.QuerySingleOrDefaultAsync<PlaceRow>(
            SelectSliceEnd.For(connection),
                new { Id = after?.Id ?? "", ReceivedAt = after?.ReceivedAt ?? DateTimeOffset.UnixEpoch, Limit = size }))?.ToPosition(),
        cancellation);

    /// <summary>
    /// Parked payloads whose customer is now known, oldest first, up to the end of a slice; fewer than the limit where they are large.
    /// </summary>
    public async Task<IReadOnlyList<KeptPayload>> ClaimedAsync(
        PayloadPosition? after, PayloadPosition last, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(last);
        var parameters = new
        {
            Id = after?.Id ?? "",
            ReceivedAt = after?.ReceivedAt ?? DateTimeOffset.UnixEpoch,
            LastReceivedAt = last.ReceivedAt,
            LastId = last.Id,
            Limit = limit,
        };
        return (await ReadAsync(SelectClaimed, parameters, limit, cancellation)).Payloads;
    }

    /// <summary>
    /// Parked payloads of accounts that were written since an instant, oldest first; fewer than the limit where they are large.
    /// </summary>
    public async Task<IReadOnlyList<KeptPayload>> NewlyClaimedAsync(
        DateTimeOffset since, PayloadPosition? after, int limit, CancellationToken cancellation)
    {
        var parameters =
            new { Since = since, Id = after?.Id ?? "", ReceivedAt = after?.ReceivedAt ?? DateTimeOffset.UnixEpoch, Limit = limit };
        return (await ReadAsync(SelectNewlyClaimed, parameters, limit, cancellation)).Payloads;
    }

    /// <summary>Reads row by row, so that only the returned rows are in memory.</summary>
    private Task<PayloadPage> ReadAsync(SqlText select, object parameters, int limit, CancellationToken cancellation) => database.ReadAsync(
        async connection =>
        {
            var (page, characters) = (new List<KeptPayload>(), 0);
            await foreach (
                var payload in connection.QueryUnbufferedAsync<KeptPayload>(select.For(connection), parameters)
                .WithCancellation(cancellation))
            {
                if (page.Count == limit || characters >= PageCharacters) return new PayloadPage(page, HasMore: true);
                page.Add(payload);
                characters += payload.Payload.Length;
            }

            return new PayloadPage(page, HasMore: false);
        },
        cancellation);

    public async Task DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0) return;
        await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                Delete.For(transaction.Connection!), new { Ids = JsonRows.Of(transaction.Connection!, ids) }, transaction), cancellation);
    }

    /// <summary>Deletes the payloads that were received before an instant, in chunks.</summary>
    public Task DeleteOlderAsync(DateTimeOffset before, CancellationToken cancellation) =>
        DeleteAsync(DeleteOld, new { Before = before, Limit = ChunkSize }, cancellation);

    /// <summary>Deletes all payloads of an integration.</summary>
    public Task DeleteOfAsync(string integrationId, CancellationToken cancellation) =>
        DeleteAsync(DeleteOf, new { Integration = integrationId, Limit = ChunkSize }, cancellation);

    private Task DeleteAsync(SqlText delete, object parameters, CancellationToken cancellation) => Chunks.WriteAsync(
        database, ChunkSize,
            transaction => transaction.Connection!.ExecuteAsync(delete.For(transaction.Connection!), parameters, transaction),
            cancellation);

    private sealed record PlaceRow
    {
        public string Id { get; init; } = "";

        public DateTimeOffset ReceivedAt { get; init; }

        public PayloadPosition ToPosition() => new(ReceivedAt, Id);
    }
}
