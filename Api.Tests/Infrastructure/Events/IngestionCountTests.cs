using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Events;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Events;

/// <summary>Each ingestion counter is a sum of rows, and each lane writes only rows of its own.</summary>
public sealed class IngestionCountTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task OpenAsync() => _pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task A_counter_is_the_sum_of_all_lanes_and_of_the_counts_of_earlier_versions()
    {
        await _pipeline.Services.GetRequiredService<IDatabase>().ExecuteAsync(
            """
            INSERT INTO ingestion_counters (name, value) VALUES ('processed', 7);
            INSERT INTO ingestion_sources (source, events, last_occurred_at, last_received_at) VALUES ('test', 7, @At, @At);
            """,
            new { At = Now.AddYears(-1) });
        foreach (var account in AccountsOfEveryLane()) await _pipeline.ProcessAsync([Login(account)]);
        var figures = await _pipeline.Services.GetRequiredService<IngestionStats>().ReadAsync(CancellationToken.None);
        Assert.That(figures.Processed, Is.EqualTo(7 + 8));
        Assert.That(figures.Sources, Is.EqualTo(new[] { new SourceStats("test", 7 + 8, Now.AddHours(-1), Now) }));
    }

    [Test]
    public async Task A_lane_counts_while_the_transaction_of_another_lane_is_open()
    {
        if (Kind == StoreKind.Sqlite) Assert.Ignore("SQLite has one writer at a time.");
        foreach (var account in AccountsOfEveryLane()) await _pipeline.ProcessAsync([Login(account)]);
        using var other = _pipeline.Another();
        var events = AccountsOfEveryLane().Select(account => Login(account) with { Id = "second" }).ToList();
        await _pipeline.Services.GetRequiredService<IDatabase>().WriteAsync(
            async transaction =>
            {
                await _pipeline.Services.GetRequiredService<IEvaluationSql>().CountAsync(transaction, [events[0]], [EventFate.Duplicate]);
                await other.ProcessAsync([events[1]]);
                return true;
            },
            CancellationToken.None);
        Assert.That(await _pipeline.RowsAsync("SELECT SUM(value) FROM ingestion_counts"), Is.EqualTo(new[] { "10" }));
    }

    private static IEnumerable<string> AccountsOfEveryLane() =>
        Enumerable.Range(0, 8)
            .Select(lane => Enumerable.Range(0, 1000).Select(number => $"account-{number}").First(account => Lane.Of(account, 8) == lane));

    private static EventEnvelope Login(string account) =>
        Pipeline.Envelope(
            $$"""{"id":"of-{{account}}","type":"usage.login","accountId":"{{account}}","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"ada"} }""", Now);
}
