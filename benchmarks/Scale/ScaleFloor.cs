using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// How many events per second SQLite can store (WAL, <c>synchronous=FULL</c>) where it holds as many accounts as the product: one event row
/// with one unique index and one upsert of a state of 400 bytes, in transactions of 1,000.
/// </summary>
internal sealed class ScaleFloor(string file)
{
    private const int PerTransaction = 1_000, StateBytes = 400, BodyBytes = 200, Seed = 13;

    private const string Settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8192;"
        + " PRAGMA cache_size = -16384;";

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS events (source TEXT NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL, at INTEGER NOT NULL, body BLOB);
        CREATE UNIQUE INDEX IF NOT EXISTS ux_events ON events (source, id);
        CREATE TABLE IF NOT EXISTS states (account TEXT NOT NULL PRIMARY KEY, score REAL, state BLOB);
        """;

    private const string InsertEvent = "INSERT OR IGNORE INTO events VALUES ($source, $id, $account, $at, $body)";

    private const string Upsert = """
        INSERT INTO states VALUES ($account, $score, $state)
        ON CONFLICT (account) DO UPDATE SET score = excluded.score, state = excluded.state
        """;

    private readonly byte[] _state = Bytes(StateBytes), _body = Bytes(BodyBytes);
    private long _sequence = Stopwatch.GetTimestamp();

    /// <summary>Stores one event for each account.</summary>
    /// <returns>The time that it took.</returns>
    public TimeSpan Run(int[] accounts)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        foreach (var text in new[] { Settings, Schema })
        {
            using var command = new SqliteCommand(text, connection);
            command.ExecuteNonQuery();
        }

        using var insert = Prepare(connection, InsertEvent, "$source", "$id", "$account", "$at", "$body");
        using var upsert = Prepare(connection, Upsert, "$account", "$score", "$state");
        var clock = Stopwatch.StartNew();
        foreach (var chunk in accounts.Chunk(PerTransaction))
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            (insert.Transaction, upsert.Transaction) = (transaction, transaction);
            foreach (var account in chunk) Store(insert, upsert, AccountDraw.Id(account));
            transaction.Commit();
        }

        return clock.Elapsed;
    }

    private void Store(SqliteCommand insert, SqliteCommand upsert, string account)
    {
        var number = _sequence++;
        Run(insert, "bench", $"event-{number:D12}", account, number, _body);
        Run(upsert, account, 1.0 * number, _state);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var index = 0; index < values.Length; index++) command.Parameters[index].Value = values[index];
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, params string[] names)
    {
        var command = new SqliteCommand(sql, connection);
        foreach (var name in names) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
