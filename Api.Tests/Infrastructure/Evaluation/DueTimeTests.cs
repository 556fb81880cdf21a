using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation;

/// <summary>The stored due time of an account.</summary>
internal sealed class DueTimeTests(StoreKind kind) : StoreFixture(kind)
{
    private const string DueTime = "SELECT due_at FROM account_states";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private ManualTimeProvider _clock = null!;
    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task BeginAsync() => _pipeline = await Pipeline.CreateAsync(_clock = new ManualTimeProvider(Now), Kind);

    [TearDown]
    public void End() => _pipeline.Dispose();

    [Test]
    public async Task Events_never_move_the_due_time_later()
    {
        await _pipeline.ProcessAsync([Login("e1", Now.AddDays(-6).AddHours(-1))]);
        var first = await DueAtAsync();

        await _pipeline.ProcessAsync([Login("e2", Now)]);

        Assert.That(first, Is.LessThanOrEqualTo(Now.AddHours(23)), "the account would then have been inactive for a week");
        Assert.That(await DueAtAsync(), Is.EqualTo(first));
    }

    [Test]
    public async Task Events_move_the_due_time_earlier()
    {
        await _pipeline.ProcessAsync([Login("e1", Now)]);
        var first = await DueAtAsync();

        await _pipeline.ProcessAsync([Event("e2", "relationship.qbr_missed", Now.AddDays(-365).AddHours(1))]);

        Assert.That(await DueAtAsync(), Is.EqualTo(Now.AddHours(1)).And.LessThan(first!.Value));
    }

    [Test]
    public async Task An_evaluation_at_the_due_time_stores_the_next()
    {
        await _pipeline.ProcessAsync([Login("e1", Now.AddDays(-6).AddHours(-1))]);
        await _pipeline.ProcessAsync([Login("e2", Now)]);
        var first = (await DueAtAsync())!.Value;

        _clock.MoveTo(first);
        await _pipeline.Services.GetRequiredService<AccountEvaluations>().EvaluateAsync(["acme"], NotificationMode.Send, default);

        Assert.That(await DueAtAsync(), Is.GreaterThan(first));
    }

    [Test]
    public async Task An_evaluation_that_keeps_the_due_time_touches_no_index_of_it()
    {
        await _pipeline.ProcessAsync([Login("e1", Now.AddDays(-1))]);
        await ForbidAsync();

        await _pipeline.ProcessAsync([Login("e2", Now.AddDays(-1))]);

        Assert.That(
            await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "2" }), "the event was processed all the same");
    }

    /// <summary>Makes every statement fail that names the column.</summary>
    private Task<int> ForbidAsync() => _pipeline.Services.GetRequiredService<IDatabase>().ExecuteAsync(
        Kind == StoreKind.Sqlite
            ? "CREATE TRIGGER forbid BEFORE UPDATE OF due_at ON account_states BEGIN SELECT RAISE(ABORT, 'due_at was written'); END"
            : "CREATE TRIGGER forbid ON account_states AFTER UPDATE AS IF UPDATE(due_at) AND EXISTS (SELECT 1 FROM inserted) "
                + "THROW 50000, 'due_at was written', 1");

    private async Task<DateTimeOffset?> DueAtAsync() => (await _pipeline.InstantsAsync(DueTime)).Single();

    private static EventEnvelope Login(string id, DateTimeOffset at) => Event(id, "usage.login", at, """{"userId":"ada"}""");

    private static EventEnvelope Event(string id, string type, DateTimeOffset at, string data = "{}") => Pipeline.Envelope(
        $$"""{"id":"{{id}}","type":"{{type}}","accountId":"acme","occurredAt":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","data":{{data}}}""", Now);
}
