using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Alerts;

/// <summary>Alerts and their histories are written once, whatever is repeated and however many workers there are.</summary>
internal sealed class AlertWriterTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Alerts = "SELECT id, account_id, metric, severity, status, changes FROM alerts ORDER BY account_id, id",
        History = "SELECT alert_id, number, what, at FROM alert_changes ORDER BY account_id, alert_id, number";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Accounts = [.. Enumerable.Range(0, 40).Select(number => $"a{number}")];

    [Test]
    public async Task Two_workers_that_evaluate_the_same_accounts_open_each_alert_once()
    {
        var clock = new ManualTimeProvider(Now);
        using var first = await Pipeline.CreateAsync(clock, Kind);
        using var second = first.Another();
        await first.ProcessAsync(Accounts.Select(account => Event(account, "usage.login", Now)));
        foreach (var day in (int[])[7, 14, 16])
        {
            clock.MoveTo(Now.AddDays(day));
            await Task.WhenAll(
                Task.Run(() => EvaluateDueAsync(first, Accounts)), Task.Run(() => EvaluateDueAsync(second, [.. Accounts.Reverse()])));
        }

        Assert.That(await first.RowsAsync("SELECT COUNT(*), COUNT(DISTINCT account_id) FROM alerts"), Is.EqualTo(new[] { "40 | 40" }));
        Assert.That(await first.RowsAsync("SELECT what, COUNT(*) FROM alert_changes GROUP BY what"), Is.EqualTo(new[] { "opened | 40" }));
    }

    [Test]
    public async Task Batches_that_are_repeated_or_whose_commit_is_not_confirmed_give_the_same_alerts()
    {
        UnconfirmedCommits? store = null;
        var clock = new ManualTimeProvider(Now);
        using var calm = await Pipeline.CreateAsync(clock, Kind);
        using var troubled = await Pipeline.CreateAsync(clock, Kind, services =>
        {
            var known = services.Last(service => service.ServiceType == typeof(IDatabase));
            services.RemoveAll<IDatabase>();
            services.AddSingleton<IDatabase>(provider =>
                store = new UnconfirmedCommits((IDatabase)(known.ImplementationInstance ?? known.ImplementationFactory!(provider))));
        });
        EventEnvelope[][] batches =
        [
            [.. Accounts.Take(5).Select(account => Event(account, "usage.login", Now))],
            [.. Accounts.Take(5).Select(account => Event(account, "relationship.champion_left", Now))],
            [.. Accounts.Take(5).Select(account => Event(account, "relationship.competitor_mentioned", Now))],
            [.. Accounts.Take(5).Select(account => Event(account, "relationship.budget_cut", Now))],
        ];
        foreach (var batch in batches)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await calm.ProcessAsync(batch);
            store!.Next = 1;
            Assert.That(async () => await troubled.ProcessAsync(batch), Throws.TypeOf<StoreUnavailableException>());
            await troubled.ProcessAsync(batch);
            await troubled.ProcessAsync(batch);
        }

        Assert.That(await troubled.RowsAsync(Alerts), Has.Count.EqualTo(5).And.EqualTo(await calm.RowsAsync(Alerts)));
        Assert.That(await troubled.RowsAsync(History), Has.Count.EqualTo(10).And.EqualTo(await calm.RowsAsync(History)));
    }

    private static Task<EvaluationTally> EvaluateDueAsync(Pipeline pipeline, string[] accounts) =>
        pipeline.Services.GetRequiredService<AccountEvaluations>().EvaluateDueAsync(accounts, default);

    private static EventEnvelope Event(string account, string type, DateTimeOffset at) => Pipeline.Envelope(
        $$"""{"id":"{{type}}-{{account}}","type":"{{type}}","accountId":"{{account}}","occurredAt":"{{at:O}}","data":{"userId":"ada"} }""", at);
}
