using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>The number of round trips does not grow with the number of rows that an operation handles at once.</summary>
public sealed class RoundTripTests : SqlServerFixture
{
    private const int Few = 2, Many = 150;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), StoreKind.SqlServer);
        await Part<WebhookSubscriptionStore>()
            .CreateAsync(new WebhookSettings("https://example.com/", ["churn_risk.threshold_crossed"], null, null, null), null, default);
        // The first message reads the routes of the subscriptions and caches them.
        await ProcessAsync("warm", 1, 1);
        await ProcessAsync("warm", 1, 2, "relationship.champion_left");
    }

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task The_round_trips_of_a_batch_do_not_grow_with_its_events_crossings_and_messages()
    {
        await ProcessAsync("few", Few, 1);
        await ProcessAsync("many", Many, 1);
        var few = await RoundTrips.CountAsync(() => ProcessAsync("few", Few, 2, "relationship.champion_left"));
        var many = await RoundTrips.CountAsync(() => ProcessAsync("many", Many, 4, "relationship.champion_left"));
        Assert.That(many, Is.EqualTo(few), $"{Many * 4} events of {Many} accounts against {Few * 2} of {Few}");
        TestContext.Out.WriteLine($"{many} round trips a batch");
        Assert.That(
            await _pipeline.RowsAsync("SELECT COUNT(DISTINCT account_id) FROM crossings WHERE account_id NOT LIKE 'warm%'"),
            Is.EqualTo(new[] { $"{Few + Many}" }), "the churn risk of every account has crossed");
    }

    [Test]
    public async Task The_round_trips_of_evaluating_due_accounts_do_not_grow_with_their_number()
    {
        await ProcessAsync("due", Many, 1);
        var evaluations = Part<AccountEvaluations>();
        var few = await RoundTrips.CountAsync(() => evaluations.EvaluateAsync(Ids("due", Few), NotificationMode.Send, default));
        var many = await RoundTrips.CountAsync(() => evaluations.EvaluateAsync(Ids("due", Many), NotificationMode.Send, default));
        Assert.That(many, Is.EqualTo(few));
    }

    [Test]
    public async Task The_round_trips_of_writing_accounts_do_not_grow_with_their_number()
    {
        var created = (await WriteAsync("put", Few), await WriteAsync("other", Many));
        Assert.That(created.Item2, Is.EqualTo(created.Item1), "created");
        Assert.That(await WriteAsync("other", Many), Is.EqualTo(await WriteAsync("put", Few)), "replaced");
    }

    [Test]
    public async Task The_round_trips_of_appending_and_taking_lane_batches_do_not_grow_with_their_number()
    {
        Assert.That(await LaneAsync(Many), Is.EqualTo(await LaneAsync(Few)));
    }

    private static string[] Ids(string prefix, int count) => [.. Enumerable.Range(0, count).Select(number => $"{prefix}-{number}")];

    private Task ProcessAsync(string prefix, int accounts, int eventsEach, string type = "usage.login") => _pipeline.ProcessAsync(
        from account in Ids(prefix, accounts)
        from number in Enumerable.Range(0, eventsEach)
        select Pipeline.Envelope(
            $$"""{"id":"{{type}}/{{account}}/{{number}}","type":"{{type}}","accountId":"{{account}}","data":{"userId":"ann"} }""", Now));

    private Task<int> WriteAsync(string prefix, int count) => RoundTrips.CountAsync(() => Part<AccountStore>().WriteAllAsync(
        [.. Ids(prefix, count).Select(id => new AccountEdit(id, _ => new Account { Id = id, Name = id, Tags = ["a", "b"] }))], default));

    private Task<int> LaneAsync(int batches) => RoundTrips.CountAsync(async () =>
    {
        var lanes = Part<ILaneTable>();
        await lanes.AppendAsync(
            [.. Enumerable.Range(0, batches).Select(number => new LaneBatch(number % 8, 1, EventBatchCodec.Encode([])))], default);
        await lanes.RemoveAsync(await lanes.TakeAsync(batches, default), default);
    });

    private T Part<T>()
        where T : notnull => _pipeline.Services.GetRequiredService<T>();
}
