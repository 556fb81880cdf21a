using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Retention;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.History;

/// <summary>
/// The past of an account with checkpoints is the same as without: whatever comes late, is pruned or rebuilt before or after they are set.
/// </summary>
internal sealed class CheckpointTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Days = 200, EventsADay = 12;

    private readonly ManualTimeProvider _clock = new();
    private Pipeline _pipeline = null!;
    private PastOfAccount _past = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    private IDatabase Database => _pipeline.Services.GetRequiredService<IDatabase>();

    [SetUp]
    public async Task StartAsync()
    {
        _pipeline = await Pipeline.CreateAsync(_clock, Kind);
        _past = new PastOfAccount(_pipeline, _clock);
        await _pipeline.ProcessAsync(Enumerable.Range(0, Days * EventsADay).Where(number => number % 7 != 3).Select(Lived));

        // The event with the highest number is a new one, as in a log that has grown, so retention leaves it.
        await _pipeline.ProcessAsync([Event("newest", "usage.login", Now.AddMinutes(-1))]);
        await _pipeline.RestateAsync(Now);
    }

    [TearDown]
    public void End() => _pipeline.Dispose();

    [Test]
    public async Task Every_past_is_the_same_with_checkpoints_and_without()
    {
        Assert.That(await SetAsync(), Is.GreaterThan(2));
        Assert.That(await SetAsync(), Is.Zero, "none is due after that");
        await AssertSameAsWithoutAsync();
    }

    [Test]
    public async Task Late_events_count_from_their_day_on_whether_they_are_beside_checkpoints_or_in_them()
    {
        await SetAsync();
        _clock.Advance(TimeSpan.FromHours(3));
        await _pipeline.ProcessAsync(Enumerable.Range(0, Days * EventsADay).Where(number => number % 7 == 3).Take(90).Select(Lived));
        await AssertSameAsWithoutAsync();
        await SetAsync();
        await _pipeline.RestateAsync(Now);
        await AssertSameAsWithoutAsync();
    }

    [Test]
    public async Task Many_late_events_make_the_checkpoints_after_them_be_set_again()
    {
        await SetAsync();
        var before = await _pipeline.RowsAsync("SELECT horizon, last_seq FROM account_checkpoints ORDER BY horizon");
        var from = Days * EventsADay / 3;
        await _pipeline.ProcessAsync(
            Enumerable.Range(0, Checkpoints.MostLate + 1).Select(number => Event($"l{number}", "usage.login", At(from).AddSeconds(number))));
        await _pipeline.ProcessAsync(Enumerable.Range(0, 600).Select(number => Event($"n{number}", "usage.login", At(2390).AddSeconds(number))));
        Assert.That(await SetAsync(), Is.GreaterThan(1));
        var after = await _pipeline.RowsAsync("SELECT horizon, last_seq FROM account_checkpoints ORDER BY horizon");
        Assert.That(after[0], Is.EqualTo(before[0]), "the first lies before the late events");
        Assert.That(after.Intersect(before).Count(), Is.EqualTo(1));
        await AssertSameAsWithoutAsync();
    }

    [TestCase(150.5)]
    [TestCase(100)]
    public async Task Checkpoints_stay_in_use_after_events_that_they_contain_are_pruned(double daysAgo)
    {
        await SetAsync();
        await SweepAsync(daysAgo);
        Assert.That(await _past.HasCheckpointAsync(), "the checkpoints after the horizon are in use");
        Assert.That(
            await _pipeline.RowsAsync("SELECT 1 FROM account_checkpoints AS c JOIN account_baselines AS b ON c.horizon < b.horizon"),
            Is.Empty, "the others are deleted");
        await AssertSameAsWithoutAsync(daysAgo);
    }

    [Test]
    public async Task An_event_that_is_pruned_before_a_checkpoint_contains_it_puts_the_checkpoints_out_of_use()
    {
        await SetAsync();
        await _pipeline.ProcessAsync([Event("late", "relationship.champion_left", Now.AddDays(-180), "{}")]);
        await SweepAsync(150);
        Assert.That(await _past.HasCheckpointAsync(), Is.False);
        await AssertSameAsWithoutAsync(150);
        Assert.That(await SetAsync(), Is.GreaterThan(1));
        Assert.That(await _past.HasCheckpointAsync());
        await AssertSameAsWithoutAsync(150);
    }

    [Test]
    public async Task Checkpoints_are_out_of_use_once_a_version_that_does_not_know_them_has_pruned_the_account()
    {
        await SweepAsync(180);
        await SetAsync();
        await Database.ExecuteAsync("UPDATE account_baselines SET version = version + 1");
        Assert.That(await _past.HasCheckpointAsync(), Is.False);
        Assert.That(await SetAsync(), Is.GreaterThan(1));
        Assert.That(await _past.HasCheckpointAsync());
    }

    [Test]
    public async Task A_rebuild_has_the_checkpoints_set_again()
    {
        await SetAsync();
        await _pipeline.Services.GetRequiredService<ReadModelRebuilder>().RunAsync(_ => { }, CancellationToken.None);
        Assert.That(await _past.HasCheckpointAsync(), Is.False);
        var search = ActivatorUtilities.CreateInstance<CheckpointSearch>(_pipeline.Services);
        Assert.That(await search.MarkedAsync("", 10, CancellationToken.None), Is.EqualTo(new[] { "acme" }));
        Assert.That(await SetAsync(), Is.GreaterThan(1));
        Assert.That(await search.MarkedAsync("", 10, CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task An_account_that_is_erased_and_created_again_meanwhile_gets_no_checkpoint_of_its_former_events()
    {
        var erasure = _pipeline.Services.GetRequiredService<AccountErasure>();
        var hooked = new HookedReads(Database, 2, async () =>
        {
            await erasure.EraseAsync("acme", default, CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await _pipeline.ProcessAsync([Event("again", "usage.login", Now)]);
        });
        await SetAsync(hooked);
        Assert.That(
            await _pipeline.RowsAsync("SELECT account_id FROM account_checkpoints UNION ALL SELECT account_id FROM checkpointed_accounts"),
            Is.Empty);
    }

    [Test]
    public async Task The_search_finds_an_account_with_many_new_events_once()
    {
        var search = ActivatorUtilities.CreateInstance<CheckpointSearch>(_pipeline.Services);
        Assert.That(await search.NextAsync(CancellationToken.None), Is.EqualTo(new[] { "acme" }));
        Assert.That(await search.NextAsync(CancellationToken.None), Is.Null);
        await _pipeline.ProcessAsync(
            Enumerable.Range(0, CheckpointSearch.Stride).Select(number => Event($"n{number}", "usage.login", Now.AddSeconds(-number))));
        Assert.That(await search.NextAsync(CancellationToken.None), Is.EqualTo(new[] { "acme" }));
    }

    private async Task AssertSameAsWithoutAsync(double since = Days)
    {
        var with = await _past.ReadAsync(since);
        await _past.WithoutCheckpointsAsync(async () => Assert.That(with, Is.EqualTo(await _past.ReadAsync(since))));
    }

    private Task<int> SetAsync(IDatabase? database = null) =>
        new Checkpoints(database ?? Database, _pipeline.Services.GetRequiredService<ReplayGate>())
            .SetAsync("acme", Now, _ => Task.CompletedTask, CancellationToken.None);

    private Task<RetentionTally> SweepAsync(double daysAgo) =>
        _pipeline.Services.GetRequiredService<RetentionSweep>().RunAsync(Now.AddDays(-daysAgo), Now, CancellationToken.None);

    private DateTimeOffset At(int number) => Now.AddDays(-Days + ((double)number / EventsADay));

    private EventEnvelope Lived(int number) => (number % 31) switch
    {
        0 => Event($"e{number}", "ticket.opened", At(number), $$"""{"ticketId":"t{{number}}","priority":"p1","sentiment":"negative"}"""),
        5 => Event($"e{number}", "ticket.resolved", At(number), $$"""{"ticketId":"t{{number - 36}}"}"""),
        9 => Event($"e{number}", "nps.responded", At(number), $$"""{"score":{{number % 11}}}"""),
        13 => Event($"e{number}", "billing.subscription_changed", At(number), $$"""{"subscriptionId":"s","mrr":{{500 + number}}}"""),
        17 => Event($"e{number}", "relationship.champion_left", At(number), "{}"),
        _ => Event($"e{number}", "usage.feature_used", At(number), $$"""{"userId":"u{{number % 40}}","feature":"f{{number % 9}}"}"""),
    };

    private EventEnvelope Event(string id, string type, DateTimeOffset at, string data = """{"userId":"u1"}""") => Pipeline.Envelope(
        $$"""{"id":"{{id}}","type":"{{type}}","accountId":"acme","occurredAt":"{{at:yyyy-MM-ddTHH:mm:ss.ffffffZ}}","data":{{data}}}""", Now);
}
