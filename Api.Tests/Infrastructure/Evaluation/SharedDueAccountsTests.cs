using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation;

/// <summary>Several workers evaluate the accounts that are due.</summary>
internal sealed class SharedDueAccountsTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Risen = "SELECT COUNT(*) FROM crossings WHERE threshold = 'churn_risk:medium'";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Accounts = [.. Enumerable.Range(0, 60).Select(number => $"a{number}")];

    private ManualTimeProvider _clock = null!;
    private Pipeline _first = null!, _second = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _first = await Pipeline.CreateAsync(_clock = new ManualTimeProvider(Now), Kind);
        _second = _first.Another();
        await _first.ProcessAsync(Accounts.Select(Login));
        _clock.MoveTo(Now.AddDays(7));
    }

    [TearDown]
    public void End()
    {
        _second.Dispose();
        _first.Dispose();
    }

    [Test]
    public async Task Each_account_is_evaluated_by_one_of_two_workers_that_take_the_same()
    {
        var tallies = await Task.WhenAll(
            Task.Run(() => Evaluations(_first).EvaluateDueAsync(Accounts, default)),
            Task.Run(() => Evaluations(_second).EvaluateDueAsync([.. Accounts.Reverse()], default)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tallies.Sum(tally => tally.Accounts), Is.EqualTo(Accounts.Length));
            Assert.That(await _first.RowsAsync(Risen), Is.EqualTo(new[] { $"{Accounts.Length}" }), "each risk rises once");
        }

        Assert.That(
            (await Evaluations(_second).EvaluateDueAsync(Accounts, default)).Accounts, Is.Zero, "no account is due any more");
    }

    [Test]
    public async Task An_account_that_an_event_has_changed_since_it_was_read_is_not_locked()
    {
        var (database, sql) = (Part<IDatabase>(_second), Part<IEvaluationSql>(_second));
        var read = await database.ReadAsync(connection => sql.ReadAsync(connection, ["a1", "a2", "nobody"]), default);
        await _first.ProcessAsync([Login("a1") with { Id = "later" }]);

        var locked = await database.WriteAsync(transaction => sql.LockUnchangedAsync(transaction, [.. read.Values]), default);

        Assert.That(read.Keys, Is.EquivalentTo(new[] { "a1", "a2" }));
        Assert.That(locked, Is.EquivalentTo(new[] { "a2" }));
    }

    private static AccountEvaluations Evaluations(Pipeline pipeline) => Part<AccountEvaluations>(pipeline);

    private static T Part<T>(Pipeline pipeline)
        where T : notnull => pipeline.Services.GetRequiredService<T>();

    private static EventEnvelope Login(string account) => Pipeline.Envelope(
        $$"""{"id":"{{account}}","type":"usage.login","accountId":"{{account}}","occurredAt":"{{Now:O}}","data":{"userId":"ada"} }""", Now);
}
