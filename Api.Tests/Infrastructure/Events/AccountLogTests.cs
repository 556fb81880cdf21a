using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Explaining;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Retention;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Events;

/// <summary>The event log is read page by page outside of any transaction. Changes that happen meanwhile are not lost.</summary>
internal sealed class AccountLogTests(StoreKind kind) : StoreFixture(kind)
{
    /// <summary>
    /// Number of reads before the hook runs: just before and just after the first page. The first read is that of the baseline.
    /// </summary>
    private const int BeforeTheFirstPage = 1, AfterTheFirstPage = 2;

    private const string States =
        "SELECT account_id, figures, score, category, risk_score, risk_level, restate_from FROM account_states ORDER BY account_id";

    private readonly ManualTimeProvider _clock = new();
    private Pipeline _pipeline = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    private IDatabase Database => _pipeline.Services.GetRequiredService<IDatabase>();

    [SetUp]
    public async Task StartAsync() => _pipeline = await Pipeline.CreateAsync(_clock, Kind);

    [TearDown]
    public void End() => _pipeline.Dispose();

    [Test]
    public async Task Pages_that_end_within_an_instant_lose_and_repeat_no_event()
    {
        var at = Now.AddDays(-10);
        var events = Enumerable.Range(0, (2 * AccountLog.PageSize) + 7)
            .Select(number => Event($"e{number:0000}", "usage.login", at, $"s{number % 3}")).ToList();
        await _pipeline.ProcessAsync(events);
        await _pipeline.ProcessAsync(
            [Event("after", "usage.login", at.AddSeconds(1), "s0"), Event("before", "usage.login", at.AddSeconds(-1), "s9")]);
        var read = await Log(Database).FoldAsync("acme", FoldStart.At(Now), Now, _ => new Collected(), CancellationToken.None);
        Assert.That(read.Events, Is.Unique.And.Count.EqualTo(events.Count + 2));
        Assert.That(
            read.Events,
            Is.EqualTo(
                read.Events.OrderBy(e => e.OccurredAt).ThenBy(e => e.Source, StringComparer.Ordinal)
                .ThenBy(e => e.Id, StringComparer.Ordinal)));
    }

    [Test]
    public async Task Events_that_are_pruned_while_the_log_is_read_are_read_from_the_baseline()
    {
        await _pipeline.ProcessAsync(
            Enumerable.Range(0, AccountLog.PageSize + 1)
            .Select(number => Event($"e{number}", "usage.login", Now.AddDays(-300).AddMinutes(number))));
        var begun = 0;
        var log = Log(new HookedReads(Database, AfterTheFirstPage, () => SweepAsync(Now.AddDays(-299.9))));
        var fold = await log.FoldAsync("acme", FoldStart.At(Now), Now, baseline => Counted(baseline, ref begun), CancellationToken.None);
        Assert.That(begun, Is.EqualTo(2), "the first fold began without the baseline");
        Assert.That(fold.Figures.NewestEvent, Is.EqualTo(Now.AddDays(-300).AddMinutes(AccountLog.PageSize)));
        Assert.That(fold.Events, Is.LessThan(AccountLog.PageSize), "the other events are in the baseline");
    }

    [Test]
    public async Task A_late_event_that_comes_during_a_restatement_is_restated_next()
    {
        await ProcessLateEventAsync();
        var missed = Event("older", "relationship.champion_left", Now.AddDays(-30));
        var restatements = Restatements(() => _pipeline.ProcessAsync([missed]));
        Assert.That(await restatements.RestateOneAsync(TestPolicies.Default, Now, CancellationToken.None));
        var during = await HistoryAsync(_pipeline);
        Assert.That(await PendingAsync(), Is.EqualTo(1), "the event has marked the account again");
        await _pipeline.RestateAsync(Now);
        Assert.That(await PendingAsync(), Is.Zero);
        Assert.That(await HistoryAsync(_pipeline), Is.EqualTo(during), "a reader already saw the event before");
        await AssertSameAsUninterruptedAsync(missed);
    }

    [Test]
    public async Task A_process_that_has_lost_its_claim_writes_no_history()
    {
        await ProcessLateEventAsync();
        var missed = Event("older", "relationship.champion_left", Now.AddDays(-30));
        var another = Restatements(() => Task.CompletedTask);
        var slow = Restatements(async () =>
        {
            await _pipeline.ProcessAsync([missed]);
            Assert.That(await another.RestateOneAsync(TestPolicies.Default, Now, CancellationToken.None), Is.False, "the claim is held");
            await another.RestateOneAsync(
                TestPolicies.Default, Now + HealthApi.Infrastructure.History.Restatements.Lease, CancellationToken.None);
        });
        await slow.RestateOneAsync(TestPolicies.Default, Now, CancellationToken.None);
        Assert.That(await PendingAsync(), Is.Zero);
        await AssertSameAsUninterruptedAsync(missed);
    }

    [Test]
    public async Task An_account_that_is_erased_during_a_restatement_gets_no_history()
    {
        await ProcessLateEventAsync();
        var erasure = _pipeline.Services.GetRequiredService<HealthApi.Infrastructure.Erasure.AccountErasure>();
        await Restatements(() => erasure.EraseAsync("acme", default, CancellationToken.None))
            .RestateOneAsync(TestPolicies.Default, Now, CancellationToken.None);
        Assert.That(
            await _pipeline.RowsAsync("SELECT account_id FROM score_history UNION ALL SELECT account_id FROM account_restatements"),
            Is.Empty);
    }

    [TestCase(BeforeTheFirstPage)]
    [TestCase(AfterTheFirstPage)]
    public async Task A_rebuild_counts_an_event_that_comes_while_it_reads_once(int reads)
    {
        await ProcessLateEventAsync();
        await _pipeline.RestateAsync(Now);
        var (late, fresh) = (
            Event("older", "relationship.champion_left", Now.AddDays(-30)),
            Event("fresh", "ticket.opened", Now, "crm", """{"ticketId":"t1"}"""));
        var log = Log(new HookedReads(Database, reads, () => _pipeline.ProcessAsync([late, fresh])));
        await ActivatorUtilities.CreateInstance<ReadModelRebuilder>(_pipeline.Services, log).RunAsync(_ => { }, CancellationToken.None);
        await _pipeline.RestateAsync(Now);
        await AssertSameAsUninterruptedAsync(late, fresh);
    }

    /// <summary>Processes ten days of logins and then a late ticket event of one of these days.</summary>
    private Task ProcessLateEventAsync() => ProcessStoryAsync(_pipeline);

    private async Task ProcessStoryAsync(Pipeline pipeline)
    {
        await pipeline.ProcessAsync(Enumerable.Range(0, 10).Select(day => Event($"e{day}", "usage.login", Now.AddDays(-20 + day))));
        await pipeline.ProcessAsync([Event("late", "ticket.escalated", Now.AddDays(-15), "crm", """{"ticketId":"t0"}""")]);
    }

    /// <summary>Checks that state and history equal those of an account that received all events without an interruption.</summary>
    private async Task AssertSameAsUninterruptedAsync(params EventEnvelope[] more)
    {
        using var whole = await Pipeline.CreateAsync(_clock, Kind);
        await ProcessStoryAsync(whole);
        await whole.ProcessAsync(more);
        await whole.RestateAsync(Now);
        Assert.That(await _pipeline.RowsAsync(States), Is.EqualTo(await whole.RowsAsync(States)));
        Assert.That(await HistoryAsync(_pipeline), Is.EqualTo(await HistoryAsync(whole)));
    }

    private async Task<List<string>> HistoryAsync(Pipeline pipeline)
    {
        var reader = pipeline.Services.GetRequiredService<StandingReader>();
        var days =
            await reader.HistoryAsync("acme", Now.AddDays(-40).ToDay(), Now.ToDay(), HistoryInterval.Day, null, CancellationToken.None);
        return [.. days!.Select(day => $"{day.Day} {day.Score} {day.Category} {day.RiskScore} {day.RiskLevel}")];
    }

    private Task<long> PendingAsync() => _pipeline.Services.GetRequiredService<HistoryStore>().CountPendingAsync(CancellationToken.None);

    private Task<RetentionTally> SweepAsync(DateTimeOffset cutoff) =>
        _pipeline.Services.GetRequiredService<RetentionSweep>().RunAsync(cutoff, Now, CancellationToken.None);

    private AccountLog Log(IDatabase database) => new(database, _pipeline.Services.GetRequiredService<ReplayGate>());

    /// <summary>Restatements that run a hook after the first page of the log.</summary>
    private Restatements Restatements(Func<Task> hook) =>
        new(Database, new HistoryStore(Database, Log(new HookedReads(Database, AfterTheFirstPage, hook))));

    private static HistoryFold Counted(AccountBaseline? baseline, ref int begun)
    {
        begun++;
        return new HistoryFold(
            baseline, AccountPast.Of(new HealthApi.Core.Accounts.Account { Id = "acme", Name = "acme" }), TestPolicies.Default,
            int.MinValue, int.MinValue);
    }

    private EventEnvelope Event(string id, string type, DateTimeOffset at, string source = "crm", string data = """{"userId":"u1"}""") =>
        Pipeline.Envelope(
            $$"""{"id":"{{id}}","source":"{{source}}","type":"{{type}}","accountId":"acme","occurredAt":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","data":{{data}}}""", Now);

    private sealed class Collected : ILogFold
    {
        public List<HealthEvent> Events { get; } = [];

        public void Take(LoggedEvent logged) => Events.Add(logged.Event);
    }
}
