using System.Data.Common;
using Dapper;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// Decides which held deliveries of a subscription are outdated. A delivery that was sent later, or is pending or held, replaces the held
/// deliveries before it. Deliveries queued while the backlog is released are newer than all of these and replace nothing, so that at worst
/// one message too many is sent.
/// </summary>
internal sealed class OutdatedDeliveries
{
    private const int PageSize = 1000;

    private const string Row =
        "d.seq AS Seq, d.created_at AS CreatedAt, m.id AS Id, m.type AS Type, m.account_id AS AccountId, m.body AS Body";

    // Starts at the oldest held delivery. The second condition on the status is that of the index.
    private const string SelectOldest = """
        SELECT MIN(created_at) FROM webhook_deliveries WHERE subscription_id = @Id AND status = 'held' AND status IN ('failed', 'held')
        """;

    private const string Page = Row + """

        FROM webhook_deliveries AS d JOIN webhook_messages AS m ON m.id = d.message_id
        WHERE d.subscription_id = @Id AND d.created_at >= @From AND (d.created_at > @From OR d.seq > @After) AND d.status IN ('held',
            'pending', 'delivered')
        ORDER BY d.created_at, d.seq
        """;

    private static readonly SqlText SelectPage = new("SELECT " + Page + " LIMIT @Limit", "SELECT TOP (@Limit) " + Page);

    private static readonly SqlText SelectChunk = new(
        "SELECT " + Row
            + " FROM webhook_deliveries AS d JOIN webhook_messages AS m ON m.id = d.message_id WHERE d.seq IN (SELECT value FROM "
                + "json_each(@Seqs)) ORDER BY d.seq",
        "SELECT " + Row + """

        FROM webhook_deliveries AS d JOIN webhook_messages AS m ON m.id = d.message_id
        WHERE d.seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)
        ORDER BY d.seq
        """);

    // A message in flight may still arrive, whatever happens to its delivery.
    private static readonly SqlText SelectKnown = new(
        """
        SELECT message_id FROM webhook_deliveries
        WHERE subscription_id = @Id AND message_id IN (SELECT value FROM json_each(@Messages)) AND (status IN ('delivered', 'pending')
            OR lease_owner IS NOT NULL)
        """,
        """
        SELECT message_id FROM webhook_deliveries
        WHERE subscription_id = @Id AND message_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Messages)
            WITH (v nvarchar(128) '$') AS j)
            AND (status IN ('delivered', 'pending') OR lease_owner IS NOT NULL)
        """);

    private readonly LatestStates _latest = new();

    /// <summary>Reads, page by page, the deliveries that were sent or are to be sent since the oldest held one.</summary>
    public static async Task<OutdatedDeliveries> LoadAsync(IDatabase database, string subscriptionId, CancellationToken cancellation)
    {
        var outdated = new OutdatedDeliveries();
        var oldest = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<DateTimeOffset?>(SelectOldest, new { Id = subscriptionId }), cancellation);
        for (var (from, after, more) = (oldest ?? DateTimeOffset.MaxValue, 0L, oldest is not null); more;)
        {
            var parameters = new { Id = subscriptionId, From = from, After = after, Limit = PageSize };
            var page = (
                await database.ReadAsync(
                    connection => connection.QueryAsync<MessageRow>(SelectPage.For(connection), parameters), cancellation)).AsList();
            foreach (var row in page)
                if (row.ToState() is { } state) outdated._latest.Add(state, row.Seq);
            more = page.Count == PageSize;
            if (more) (from, after) = (page[^1].CreatedAt, page[^1].Seq);
        }

        return outdated;
    }

    /// <summary>
    /// Returns the outdated deliveries of a chunk of held deliveries. Call it with the chunks in the order of their deliveries.
    /// </summary>
    public async Task<IReadOnlyList<long>> FindAsync(DbTransaction transaction, string subscriptionId, IReadOnlyCollection<long> chunk)
    {
        var connection = transaction.Connection!;
        var rows = await connection.QueryAsync<MessageRow>(
            SelectChunk.For(connection), new { Seqs = JsonRows.Of(connection, chunk) }, transaction);
        var states = rows.Select(row => (row.Seq, State: row.ToState())).Where(row => row.State is not null)
            .Select(row => (row.Seq, Message: row.State!)).ToList();
        var resolved = states.SelectMany(state => state.Message.Resolves.Select(state.Message.IdOfResolved))
            .Distinct(StringComparer.Ordinal).ToList();
        var parameters = new { Id = subscriptionId, Messages = JsonRows.Of(connection, resolved) };
        var known = resolved.Count == 0 ? [] : await connection.QueryAsync<string>(SelectKnown.For(connection), parameters, transaction);
        return _latest.Superseded(states, known.ToHashSet(StringComparer.Ordinal));
    }

    private sealed record MessageRow
    {
        public long Seq { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public string Id { get; init; } = "";

        public string Type { get; init; } = "";

        public string? AccountId { get; init; }

        public string Body { get; init; } = "";

        public StateMessage? ToState() => StateMessage.Read(Id, Type, AccountId, Body);
    }
}
