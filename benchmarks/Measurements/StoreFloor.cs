using System.Diagnostics;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;
using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>
/// How many events per second SQLite can store (WAL, <c>synchronous=FULL</c>): one row, unique by source and id, and one upsert for each
/// event, with prepared statements, in transactions of 1,000.
/// </summary>
internal sealed class StoreFloor(TestBed bed) : IMeasurement
{
    private const int PerTransaction = 1_000, Accounts = Load.EventCorpus.Accounts;

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE events (
            seq INTEGER NOT NULL PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, account_id TEXT NOT NULL,
                occurred_at INTEGER NOT NULL, data TEXT NOT NULL);
        CREATE UNIQUE INDEX ux_events ON events (source, id);
        CREATE TABLE figures (account_id TEXT NOT NULL PRIMARY KEY, events INTEGER NOT NULL, last_at INTEGER NOT NULL);
        """;

    private const string InsertEvent = """
        INSERT INTO events (source, id, account_id, occurred_at, data) VALUES ($source, $id, $account, $at, $data) ON CONFLICT (source,
            id) DO NOTHING
        """;

    private const string UpsertFigures = """
        INSERT INTO figures (account_id, events, last_at) VALUES ($account, 1, $at)
        ON CONFLICT (account_id) DO UPDATE SET events = events + 1, last_at = MAX(last_at, excluded.last_at)
        """;

    private static readonly string Data =
        $"{{\"userId\":\"user-7@customer.example\",\"feature\":\"feature-3\",\"quantity\":7,\"session\":\"{new string('7', 64)}\"}}";

    private readonly string _file = Path.Combine(bed.NewFolder(), "floor.db");
    private long _sequence;

    public string Group => Groups.Processing;

    public Task WarmUpAsync() => Task.Run(() => Run(bed.Options.ProcessedEvents / 4));

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var before = Environment.CpuUsage.TotalTime;
        var perSecond = await Task.Run(() => Run(bed.Options.ProcessedEvents));
        sheet.AddRate(Figure.StoredRows, perSecond, Environment.CpuUsage.TotalTime - before, bed.Options.ProcessedEvents);
    }

    private double Run(int events)
    {
        using var connection = new SqliteConnection($"Data Source={_file};Pooling=False");
        connection.Open();
        if (_sequence == 0) new SqliteCommand(Schema, connection).ExecuteNonQuery();
        using var insert = Prepare(connection, InsertEvent, "$source", "$id", "$account", "$at", "$data");
        using var upsert = Prepare(connection, UpsertFigures, "$account", "$at");
        var clock = Stopwatch.StartNew();
        for (var done = 0; done < events; done += PerTransaction)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            (insert.Transaction, upsert.Transaction) = (transaction, transaction);
            for (var index = 0; index < PerTransaction; index++) Store(insert, upsert);
            transaction.Commit();
        }

        return events / clock.Elapsed.TotalSeconds;
    }

    private void Store(SqliteCommand insert, SqliteCommand upsert)
    {
        var number = _sequence++;
        var account = Load.EventCorpus.AccountId((int)(number * 7919 % Accounts));
        Run(insert, "bench", $"event-{number:D12}", account, number, Data);
        Run(upsert, account, number);
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
