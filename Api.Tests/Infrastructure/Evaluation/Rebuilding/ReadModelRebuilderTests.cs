using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Explaining;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation.Rebuilding;

internal sealed class ReadModelRebuilderTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Accounts = 55, Days = 25, EventsADay = 60;

    private const string States = """
        SELECT account_id, figures, memory_bytes, score, category, previous_category, risk_score, risk_level, evaluated_at, restate_from
        FROM account_states ORDER BY account_id
        """;

    private const string DueTimes = "SELECT due_at FROM account_states ORDER BY account_id";

    private const string NextDue = "SELECT account_id, due_at FROM account_states WHERE due_at = (SELECT MIN(due_at) FROM account_states)";

    private const string Listings = "SELECT id, name, segment, phase, arr, mrr, renewal_date FROM accounts ORDER BY id";

    private const string Crossings = "SELECT * FROM crossings ORDER BY account_id, sequence";

    /// <summary>Figures that cannot be read.</summary>
    private string Damaged => Kind == StoreKind.Sqlite ? "x'ff'" : "0xff";

    private readonly ManualTimeProvider _clock = new();
    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task LiveAsync()
    {
        _pipeline = await Pipeline.CreateAsync(_clock, Kind);
        var random = new Random(7);
        for (var day = 0; day < Days; day++)
        {
            await AdvanceAsync(_clock.GetUtcNow().AddDays(1));
            await _pipeline.ProcessAsync(Enumerable.Range(0, EventsADay).Select(number => Event(day, number, random)));
        }

        await _pipeline.RestateAsync(_clock.GetUtcNow());
    }

    [TearDown]
    public void End() => _pipeline.Dispose();

    [Test]
    public async Task A_rebuild_reproduces_the_read_models()
    {
        var before = await ReadAsync();

        var tally = await RebuildAsync();

        Assert.That(before.Crossings, Has.Count.GreaterThan(50), "the events cause many crossings");
        Assert.That((tally.Done, tally.Events, tally.Moved), Is.EqualTo((Accounts, Days * EventsADay, 0)));
        AssertSame(await ReadAsync(), before);
    }

    [Test]
    public async Task A_rebuild_repairs_damaged_read_models_even_when_an_earlier_one_was_interrupted()
    {
        var before = await ReadAsync();
        await DamageAsync(
            "UPDATE account_states SET figures = "
                + $"{Damaged}, score = 1, category = 'wrong', risk_score = 2, risk_level = 'wrong', due_at = NULL");
        await DamageAsync("UPDATE accounts SET segment = 'wrong', phase = 'wrong'");
        await DamageAsync("DELETE FROM score_history");
        using var interrupt = new CancellationTokenSource();

        Assert.That(
            async () => await RebuildAsync(_ => interrupt.Cancel(), interrupt.Token), Throws.InstanceOf<OperationCanceledException>());
        await RebuildAsync();

        AssertSame(await ReadAsync(), before);
    }

    [Test]
    public async Task An_account_whose_rebuilt_standing_differs_is_due_at_once()
    {
        await DamageAsync("DELETE FROM events WHERE account_id = 'a1'");
        var before = await _pipeline.RowsAsync("SELECT COUNT(*) FROM crossings");

        var tally = await RebuildAsync();

        Assert.That(tally.Moved, Is.EqualTo(1));
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM crossings"), Is.EqualTo(before), "a rebuild raises no crossing");
        Assert.That(
            await _pipeline.RowsAsync("SELECT account_id FROM account_states WHERE due_at = evaluated_at"), Is.EqualTo(new[] { "a1" }));
    }

    [Test]
    public async Task The_newest_row_of_the_history_tells_the_standing_after_a_rebuild_with_events_of_a_later_day()
    {
        await DamageAsync(
            $"UPDATE account_states SET figures = {Damaged}, version = version + 1 WHERE account_id = 'a1'");
        _clock.MoveTo(_clock.GetUtcNow().AddDays(1));
        await _pipeline.ProcessAsync([Later("relationship.champion_left", "{}"), Later("nps.responded", """{"score":0}""")]);
        await RebuildAsync();
        await EvaluateAsync("a1");
        await AssertNewestRowAsync();
    }

    [Test]
    public async Task The_newest_row_of_the_history_tells_the_standing_after_an_evaluation_by_a_clock_that_was_ahead()
    {
        var today = _clock.GetUtcNow();
        await DamageAsync(
            $"INSERT INTO score_history (account_id, day, at, score, category, risk_score, risk_level) SELECT account_id, {Day(today) + 1}, evaluated_at, 1, 'critical', 99, 'critical' FROM account_states WHERE account_id = 'a1'");
        await _pipeline.Services.GetRequiredService<IDatabase>().ExecuteAsync(
            "UPDATE account_states SET evaluated_at = @Ahead, version = version + 1 WHERE account_id = 'a1'", new { Ahead = today.AddDays(1) });
        await EvaluateAsync("a1");
        await AssertNewestRowAsync();
    }

    private static int Day(DateTimeOffset at) => (int)(at - DateTimeOffset.UnixEpoch).TotalDays;

    private EventEnvelope Later(string type, string data) => Pipeline.Envelope(
        $$"""{"source":"later","id":"{{type}}","type":"{{type}}","accountId":"a1","occurredAt":"{{_clock.GetUtcNow():O}}","data":{{data}}}""",
        _clock.GetUtcNow());

    private Task<EvaluationTally> EvaluateAsync(string accountId) => _pipeline.Services.GetRequiredService<AccountEvaluations>()
        .EvaluateAsync([accountId], NotificationMode.Send, CancellationToken.None);

    private async Task AssertNewestRowAsync()
    {
        const string columns = "SELECT score, category, risk_score, risk_level FROM ";
        var told = await _pipeline.RowsAsync(
            columns + "score_history WHERE account_id = 'a1' AND day = (SELECT MAX(day) FROM score_history WHERE account_id = 'a1')");
        Assert.That(told, Is.EqualTo(await _pipeline.RowsAsync(columns + "account_states WHERE account_id = 'a1'")));
    }

    private Task<RebuildTally> RebuildAsync() => RebuildAsync(_ => { }, CancellationToken.None);

    private Task<RebuildTally> RebuildAsync(Action<RebuildTally> progress, CancellationToken cancellation) =>
        _pipeline.Services.GetRequiredService<ReadModelRebuilder>().RunAsync(progress, cancellation);

    /// <summary>Reads the states, the listings, the crossings, and the history of each day.</summary>
    private async Task<ReadModels> ReadAsync()
    {
        var reader = _pipeline.Services.GetRequiredService<StandingReader>();
        var today = (int)(_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;
        var history = new List<string>();
        for (var number = 0; number < Accounts; number++)
        {
            history.AddRange(
                (await reader.HistoryAsync($"a{number}", today - 200, today, HistoryInterval.Day, null, CancellationToken.None))!.Select(
                    day => $"a{number} {day}"));
        }

        return new ReadModels(
            await _pipeline.RowsAsync(States), await _pipeline.InstantsAsync(DueTimes), await _pipeline.RowsAsync(Listings),
            await _pipeline.RowsAsync(Crossings), history);
    }

    /// <summary>Moves the clock and evaluates each account when it is due, as Clockwork does.</summary>
    private async Task AdvanceAsync(DateTimeOffset until)
    {
        var evaluations = _pipeline.Services.GetRequiredService<AccountEvaluations>();
        while (await NextDueAsync() is var (account, due) && due <= until)
        {
            _clock.MoveTo(due > _clock.GetUtcNow() ? due : _clock.GetUtcNow());
            await evaluations.EvaluateAsync([account], NotificationMode.Send, CancellationToken.None);
        }

        _clock.MoveTo(until);
    }

    private Task<(string Account, DateTimeOffset Due)?> NextDueAsync() =>
        _pipeline.Services.GetRequiredService<IDatabase>().ReadAsync<(string, DateTimeOffset)?>(
            async connection =>
                (await connection.QueryAsync<(string Account, DateTimeOffset Due)>(NextDue)).Cast<(string, DateTimeOffset)?>()
                    .FirstOrDefault(),
            CancellationToken.None);

    private Task<int> DamageAsync(string sql) => _pipeline.Services.GetRequiredService<IDatabase>().ExecuteAsync(sql);

    /// <summary>A random event of usage, tickets, billing or champions. About every tenth is up to ten days late.</summary>
    private EventEnvelope Event(int day, int number, Random random)
    {
        var account = random.Next(Accounts);
        var at = _clock.GetUtcNow().AddMinutes(-random.Next(random.Next(10) == 0 ? 14_400 : 600));
        var (type, data) = random.Next(8) switch
        {
            0 => ("relationship.champion_left", "{}"),
            1 => ("relationship.champion_joined", "{}"),
            2 => ("ticket.escalated", $$"""{"ticketId":"t{{random.Next(3)}}"}"""),
            3 => ("ticket.closed", $$"""{"ticketId":"t{{random.Next(3)}}"}"""),
            4 => ("billing.payment_failed", """{"invoiceId":"i1"}"""),
            5 => ("billing.invoice_paid", """{"invoiceId":"i1","mrr":900}"""),
            _ => ("usage.login", $$"""{"userId":"u{{random.Next(4)}}"}"""),
        };
        return Pipeline.Envelope(
            $$"""{"id":"{{day}}-{{number}}","type":"{{type}}","accountId":"a{{account}}","occurredAt":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","data":{{data}}}""", _clock.GetUtcNow());
    }

    private static void AssertSame(ReadModels now, ReadModels before)
    {
        Assert.That(now.States, Is.EqualTo(before.States), "states");
        foreach (var (exact, stored) in now.DueTimes.Zip(before.DueTimes))
            Assert.That(stored, Is.LessThanOrEqualTo(exact!.Value), "a rebuild derives the due time; a stored one may be earlier, never later");
        Assert.That(now.Listings, Is.EqualTo(before.Listings), "listings");
        Assert.That(now.Crossings, Is.EqualTo(before.Crossings), "crossings");
        Assert.That(now.History, Is.EqualTo(before.History), "daily history");
    }

    private sealed record ReadModels(
        IReadOnlyList<string> States, IReadOnlyList<DateTimeOffset?> DueTimes, IReadOnlyList<string> Listings,
        IReadOnlyList<string> Crossings, IReadOnlyList<string> History);
}
