using Dapper;
using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Reads what a service has applied from its database, while the service runs.</summary>
internal sealed class AppliedView(string database)
{
    private readonly string _reading =
        new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 10 }.ToString();

    public long Events() => Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM events"));

    public HashSet<string> Ids() => Read(connection => connection.Query<string>("SELECT id FROM events").ToHashSet());

    /// <summary>The number of logins in the log, by account.</summary>
    public Dictionary<string, long> Logins() => Read(connection =>
        connection.Query<(string, long)>("SELECT account_id, COUNT(*) FROM events WHERE type = 1 GROUP BY account_id")
            .ToDictionary(row => row.Item1, row => row.Item2));

    public List<string> Crossings() => Read(connection => connection.Query<string>("SELECT id FROM crossings").AsList());

    /// <summary>The ids of crossings for which a message was queued, whether or not it has been sent.</summary>
    public HashSet<string> QueuedCrossings() => Read(connection =>
        connection.Query<string>("SELECT json_extract(body, '$.data.crossingId') FROM webhook_messages").ToHashSet(StringComparer.Ordinal));

    /// <summary>Events that wait in the lane table.</summary>
    public long Waiting() => Read(connection =>
    {
        connection.Execute("ATTACH @Lanes AS lanes", new { Lanes = Path.ChangeExtension(database, ".lanes.db") });
        return connection.ExecuteScalar<long>("SELECT COALESCE(SUM(events), 0) FROM lanes.lane_batches");
    });

    /// <summary>The number of subscriptions and integrations whose secrets do not have this prefix.</summary>
    public long SecretsUnlike(string prefix) => Read(connection => connection.ExecuteScalar<long>(
        """
        SELECT (SELECT COUNT(*) FROM integrations WHERE secrets NOT LIKE @Prefix) + (SELECT COUNT(*) FROM webhook_subscriptions
            WHERE secrets NOT LIKE @Prefix)
        """,
        new { Prefix = prefix + "%" }));

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        using var connection = new SqliteConnection(_reading + ";Pooling=False");
        connection.Open();
        return read(connection);
    }
}
