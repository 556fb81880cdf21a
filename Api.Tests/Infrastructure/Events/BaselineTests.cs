using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Explaining;
using HealthApi.Infrastructure.Retention;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Events;

/// <summary>Pruned events still count: rebuilt, restated or asked about the past, an account is the same as with its whole log.</summary>
internal sealed class BaselineTests(StoreKind kind) : StoreFixture(kind)
{
    private const string States = """
        SELECT figures, score, category, previous_category, risk_score, risk_level, evaluated_at, restate_from FROM account_states
            ORDER BY account_id
        """;

    private static readonly (int DaysAgo, string Type, string Data)[] Story =
    [
        (390, "billing.subscription_changed", """{"subscriptionId":"base","mrr":900,"licences":12,"termMonths":12}"""),
        (388, "billing.invoice_paid", """{"invoiceId":"i0"}"""),
        (386, "billing.subscription_changed", """{"subscriptionId":"add-on","mrr":50,"licences":0,"termMonths":1}"""),
        (385, "billing.renewed", """{"subscriptionId":"base","mrr":1000,"renewalDate":"2027-11-01"}"""),
        (382, "relationship.champion_left", "{}"),
        (381, "nps.responded", """{"score":3}"""),
        (380, "usage.feature_used", """{"userId":"u1","feature":"reports"}"""),
        (379, "ticket.opened", """{"ticketId":"t1","priority":"p1","sentiment":"negative"}"""),
        (200, "ticket.escalated", """{"ticketId":"t1","level":"executive"}"""),
        (60, "billing.subscription_cancelled", """{"subscriptionId":"add-on"}"""),
        (40, "usage.login", """{"userId":"u1"}"""),
        (3, "usage.login", """{"userId":"u2"}"""),
    ];

    private readonly ManualTimeProvider _clock = new();
    private Pipeline _pipeline = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [SetUp]
    public async Task StartAsync()
    {
        _pipeline = await Pipeline.CreateAsync(_clock, Kind);
        await LiveAsync(_pipeline);
    }

    [TearDown]
    public void End() => _pipeline.Dispose();

    [TestCase(389)]
    [TestCase(381.5)]
    [TestCase(370)]
    [TestCase(100)]
    [TestCase(1)]
    public async Task After_pruning_and_a_rebuild_an_account_is_the_same_as_before(double daysAgo)
    {
        var before = await ReadAsync(_pipeline, daysAgo);
        await SweepAsync(daysAgo);
        AssertSame(await ReadAsync(_pipeline, daysAgo), before);
        await RebuildAsync(_pipeline);
        AssertSame(await ReadAsync(_pipeline, daysAgo), before);
    }

    /// <summary>
    /// An event may wait in a lane while retention prunes the day on which it happened. It counts, and the next sweep prunes it.
    /// </summary>
    [TestCase(381.5)]
    [TestCase(370)]
    public async Task A_restatement_after_late_events_includes_the_pruned_events(double daysAgo)
    {
        using var whole = await Pipeline.CreateAsync(_clock, Kind);
        await LiveAsync(whole);
        await SweepAsync(daysAgo);
        var late = Event("late", "usage.login", """{"userId":"u3"}""", Now.AddDays(-300));
        var older =
            Event("older", "billing.subscription_changed", """{"subscriptionId":"base","mrr":700,"licences":5}""", Now.AddDays(-399));
        foreach (var pipeline in new[] { _pipeline, whole })
        {
            await pipeline.ProcessAsync([late, older]);
            await pipeline.RestateAsync(Now);
        }

        AssertSame(await ReadAsync(_pipeline, daysAgo), await ReadAsync(whole, daysAgo));
        await SweepAsync(daysAgo);
        await RebuildAsync(_pipeline);
        AssertSame(await ReadAsync(_pipeline, daysAgo), await ReadAsync(whole, daysAgo));
        Assert.That(
            await _pipeline.RowsAsync("SELECT version, format FROM account_baselines"), Is.EqualTo(new[] { $"2 | {AccountFigures.Format}" }),
            "one baseline, extended twice");
    }

    /// <summary>Processes the events one by one, each at its time.</summary>
    private async Task LiveAsync(Pipeline pipeline)
    {
        var now = Now;
        foreach (var (daysAgo, type, data) in Story)
        {
            _clock.MoveTo(now.AddDays(-daysAgo));
            await pipeline.ProcessAsync([Event($"e{daysAgo}", type, data, Now)]);
        }

        _clock.MoveTo(now);
        await pipeline.Services.GetRequiredService<AccountEvaluations>()
            .EvaluateAsync(["acme"], NotificationMode.Send, CancellationToken.None);
        await RebuildAsync(pipeline);
    }

    private Task<RetentionTally> SweepAsync(double daysAgo) =>
        _pipeline.Services.GetRequiredService<RetentionSweep>().RunAsync(Now.AddDays(-daysAgo), Now, CancellationToken.None);

    private static Task<RebuildTally> RebuildAsync(Pipeline pipeline) =>
        pipeline.Services.GetRequiredService<ReadModelRebuilder>().RunAsync(_ => { }, CancellationToken.None);

    /// <summary>Reads the state, the history since the horizon day by day, and the standing at instants since the horizon.</summary>
    private async Task<ReadModels> ReadAsync(Pipeline pipeline, double daysAgo)
    {
        var reader = pipeline.Services.GetRequiredService<StandingReader>();
        var history = await reader.HistoryAsync(
            "acme", Now.AddDays(-daysAgo).ToDay(), Now.ToDay(), HistoryInterval.Day, null, CancellationToken.None);
        var standings = new List<string>();
        foreach (var ago in new[] { daysAgo, daysAgo / 2, daysAgo / 10 })
        {
            var read = (await reader.StandAsync("acme", Now.AddDays(-ago), CancellationToken.None))!;
            standings.Add(
                $"{ago}: {read.Now.Health.Score} {read.Now.Health.Category} {read.Now.Risk.Score} {read.Now.Account.Mrr} "
                    + $"{read.Now.Account.RenewalDate:O} {read.Restated}");
        }

        return new ReadModels(
            await pipeline.RowsAsync(States),
            [.. history!.Select(day => $"{day.Day} {day.Score} {day.Category} {day.RiskScore} {day.RiskLevel}")], standings);
    }

    private EventEnvelope Event(string id, string type, string data, DateTimeOffset at) => Pipeline.Envelope(
        $$"""{"id":"{{id}}","type":"{{type}}","accountId":"acme","occurredAt":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","data":{{data}}}""", Now);

    private static void AssertSame(ReadModels now, ReadModels before)
    {
        Assert.That(now.States, Is.EqualTo(before.States), "state");
        Assert.That(now.Standings, Is.EqualTo(before.Standings), "standings of the past");
        Assert.That(now.History, Is.EqualTo(before.History), "daily history");
    }

    private sealed record ReadModels(IReadOnlyList<string> States, IReadOnlyList<string> History, IReadOnlyList<string> Standings);
}
