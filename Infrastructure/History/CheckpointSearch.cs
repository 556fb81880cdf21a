using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.History;

/// <summary>
/// Finds accounts with long logs without counting every event: one event in <see cref="Stride"/> is looked at, and an account with many new
/// events is almost certainly among their accounts. What one pass misses, a later one finds.
/// </summary>
internal sealed class CheckpointSearch(IDatabase database)
{
    /// <summary>One event of this many is looked at.</summary>
    internal const int Stride = 250;

    /// <summary>The strides of one piece.</summary>
    private const int MostStrides = 200;

    private const string SelectSpan = """
        SELECT s.seq AS Seq, (SELECT COALESCE(MAX(e.seq), 0) FROM events AS e) AS Last FROM checkpoint_search AS s WHERE s.id = 1
        """;

    private const string Move = "UPDATE checkpoint_search SET seq = @To WHERE id = 1 AND seq = @From";

    private static readonly SqlText SelectAccounts = new(
        "SELECT DISTINCT e.account_id FROM json_each(@Seqs) AS j JOIN events AS e ON e.seq = j.value",
        """
        SELECT DISTINCT e.account_id FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j JOIN events AS e ON e.seq = j.v
        """);

    private static readonly SqlText SelectMarked = new(
        "SELECT account_id FROM checkpointed_accounts WHERE baseline_version = -1 AND account_id > @After ORDER BY account_id LIMIT @Limit",
        """
        SELECT TOP (@Limit) account_id FROM checkpointed_accounts WHERE baseline_version = -1 AND account_id > @After ORDER BY account_id
        """);

    /// <summary>The accounts of the next piece of the log; null where there are not enough new events for one.</summary>
    public async Task<IReadOnlyList<string>?> NextAsync(CancellationToken cancellation)
    {
        var span = await database.ReadAsync(connection => connection.QuerySingleAsync<Span>(SelectSpan), cancellation);

        // The numbers of the newest events are given again where these events are deleted.
        var from = Math.Min(span.Seq, span.Last);
        var strides = (int)Math.Min(MostStrides, (span.Last - from) / Stride);
        if (strides == 0) return null;
        var move = new { From = span.Seq, To = from + ((long)strides * Stride) };
        var moved = await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Move, move, transaction), cancellation);
        if (moved == 0) return [];

        // Somewhere in each stride, because accounts may take turns.
        var seqs = Enumerable.Range(0, strides).Select(stride => from + 1 + ((long)stride * Stride) + Random.Shared.Next(Stride));
        return [.. await database.ReadAsync(
            connection => connection.QueryAsync<string>(
                SelectAccounts.For(connection), new { Seqs = JsonRows.Of(connection, seqs) }), cancellation)];
    }

    /// <summary>Accounts whose checkpoints must be set again, by id.</summary>
    public async Task<IReadOnlyList<string>> MarkedAsync(string after, int limit, CancellationToken cancellation) =>
        [.. await database.ReadAsync(
            connection => connection.QueryAsync<string>(SelectMarked.For(connection), new { After = after, Limit = limit }), cancellation)];

    private sealed record Span
    {
        public long Seq { get; init; }

        public long Last { get; init; }
    }
}
