using System.Text.Json;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>Reads the delivery log.</summary>
public sealed class DeliveryStore(IDatabase database)
{
    private const string Source = " FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id ";

    private const string Start = DeliveryRow.Columns + Source
        + "WHERE d.subscription_id = @SubscriptionId AND (@Statuses IS NULL OR d.status IN ";

    // Failed and held deliveries have an index of their own.
    private const string Unsent = " AND d.status IN ('failed', 'held')";

    private const string End = """
         AND d.created_at <= @CreatedAt AND (d.created_at < @CreatedAt OR d.seq < @Seq)
        ORDER BY d.created_at DESC, d.seq DESC
        """;

    private const string WordsSqlite = "(SELECT j.value FROM json_each(@Statuses) AS j))";

    private const string WordsSqlServer =
        "(SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Statuses) WITH (v nvarchar(64) '$') AS j))";

    private static readonly SqlText SelectPage = new(
        "SELECT " + Start + WordsSqlite + End + " LIMIT @Limit",
        "SELECT TOP (@Limit) " + Start + WordsSqlServer + End + " OPTION (RECOMPILE)");

    private static readonly SqlText SelectPageOfUnsent = new(
        "SELECT " + Start + WordsSqlite + Unsent + End + " LIMIT @Limit",
        "SELECT TOP (@Limit) " + Start + WordsSqlServer + Unsent + End + " OPTION (RECOMPILE)");

    private const string SelectOne = "SELECT " + DeliveryRow.Columns + ", m.body AS Body" + Source + "WHERE d.id = @Id";

    private const string SelectAttempts = "SELECT " + AttemptRow.Columns
        + " FROM webhook_attempts WHERE delivery_seq = @Seq ORDER BY number";

    /// <summary>Lists a subscription's deliveries, of some statuses or all, the newest first, after the given position.</summary>
    public async Task<IReadOnlyList<Delivery>> ListAsync(
        string subscriptionId, IReadOnlyList<string>? statuses, DeliveryPosition? after, int limit, CancellationToken cancellation)
    {
        var parameters = new
        {
            SubscriptionId = subscriptionId,
            Statuses = statuses is null ? null : JsonSerializer.Serialize(statuses),
            CreatedAt = after?.CreatedAt ?? DateTimeOffset.MaxValue,
            Seq = after?.Seq ?? long.MaxValue,
            Limit = limit,
        };
        var sql = statuses?.All(status => status is DeliveryStatus.Failed or DeliveryStatus.Held) == true ? SelectPageOfUnsent : SelectPage;
        var rows =
            await database.ReadAsync(connection => connection.QueryAsync<DeliveryRow>(sql.For(connection), parameters), cancellation);
        return [.. rows.Select(row => row.ToDelivery())];
    }

    /// <summary>Finds a delivery with the body of its message and all attempts; null where there is none.</summary>
    public Task<DeliveryDetails?> FindAsync(string id, CancellationToken cancellation) => database.ReadAsync<DeliveryDetails?>(
        async connection =>
        {
            if (await connection.QuerySingleOrDefaultAsync<DetailsRow>(SelectOne, new { Id = id }) is not { } row) return null;
            var attempts = await connection.QueryAsync<AttemptRow>(SelectAttempts, new { row.Seq });
            return new DeliveryDetails(row.ToDelivery(), row.Body, [.. attempts.Select(attempt => attempt.ToAttempt())]);
        },
        cancellation);

    private sealed record DetailsRow : DeliveryRow
    {
        public string Body { get; init; } = "";
    }
}
