using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>Reads the progress of the lanes: for each lane, when the oldest event of its last batch was accepted.</summary>
internal delegate Task<IReadOnlyDictionary<int, DateTimeOffset>> ReadLaneProgress(CancellationToken cancellation);

/// <summary>
/// The progress of the broker's lanes, stored for processes that do not consume them: where several processes publish, the length of a
/// queue alone does not show how long its oldest message has waited. The store's own lane table knows the age of its rows and needs no
/// progress.
/// </summary>
public sealed class LaneProgress(IDatabase database, IOptions<MessagingOptions> options)
{
    private const string Select = "SELECT lane AS Lane, received_at AS ReceivedAt FROM lane_progress";

    private static readonly SqlText Move = new(
        """
        INSERT INTO lane_progress (lane, received_at) SELECT r.value ->> 'lane', r.value ->> 'receivedAt' FROM json_each(@Rows) AS r
            WHERE true
        ON CONFLICT (lane) DO UPDATE SET received_at = MAX(received_at, excluded.received_at)
        """,
        """
        INSERT INTO lane_progress (lane, received_at)
        SELECT r.lane, r.receivedAt FROM OPENJSON(@Rows) WITH (lane bigint, receivedAt datetime2(6) '$.receivedAt') AS r
        WHERE NOT EXISTS (SELECT 1 FROM lane_progress WITH (UPDLOCK) WHERE lane_progress.lane = r.lane);
        UPDATE lane_progress SET received_at = r.receivedAt
        FROM lane_progress, OPENJSON(@Rows) WITH (lane bigint, receivedAt datetime2(6) '$.receivedAt') AS r
        WHERE lane_progress.lane = r.lane AND lane_progress.received_at < r.receivedAt;
        """);

    /// <summary>Stores the progress of a batch's lanes in the batch's transaction. Progress never goes back.</summary>
    internal Task MoveAsync(DbTransaction transaction, IReadOnlyList<EventEnvelope> events)
    {
        if (options.Value.Transport != MessagingTransport.RabbitMq) return Task.CompletedTask;
        var connection = transaction.Connection!;
        var rows = events.GroupBy(envelope => Lane.Of(envelope.AccountId, options.Value.Partitions)).OrderBy(lane => lane.Key)
            .Select(lane => new { Lane = lane.Key, ReceivedAt = lane.Min(envelope => envelope.ReceivedAt) });
        return connection.ExecuteAsync(Move.For(connection), new { Rows = JsonRows.Of(connection, rows) }, transaction);
    }

    internal Task<IReadOnlyDictionary<int, DateTimeOffset>> ReadAsync(CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyDictionary<int, DateTimeOffset>>(
            async connection =>
                (await connection.QueryAsync<ProgressRow>(Select)).ToDictionary(row => (int)row.Lane, row => row.ReceivedAt), cancellation);

    private sealed record ProgressRow
    {
        public long Lane { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }
    }
}
