using System.Data;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation;

/// <summary>
/// A failed batch is retried as a whole when its events are not the cause. Otherwise it is halved until only the failing event is left.
/// </summary>
internal sealed class EventIntakeFailureTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Many = 4_000;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private Func<IReadOnlyList<EventEnvelope>, Exception?> _fault = _ => null;
    private int _batches, _conflicts;
    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        (_fault, _batches, _conflicts) = (_ => null, 0, 0);
        _pipeline = await Pipeline.CreateAsync(
            new ManualTimeProvider(Now), Kind, services => Intercepted.Add<IEvaluationSql>(services, (method, arguments) =>
        {
            if (method.Name == nameof(IEvaluationSql.SaveAsync) && _conflicts-- > 0)
                throw new DBConcurrencyException("Another writer was faster.");
            if (method.Name != nameof(IEvaluationSql.InsertIfAbsentAsync)) return;
            _batches++;
            if (_fault((IReadOnlyList<EventEnvelope>)arguments[1]!) is { } failure) throw failure;
        }));
    }

    [TearDown]
    public void End() => _pipeline.Dispose();

    [TestCase(0)]
    [TestCase(1_234)]
    [TestCase(Many - 1)]
    public async Task One_failing_event_of_thousands_is_parked_alone_in_a_few_transactions(int failing)
    {
        await _pipeline.IntakeAsync(
            EventBatchCodec.Encode(
                [.. Enumerable.Range(0, Many)
                .Select(number => Login(number) with { Type = number == failing ? EventType.NpsResponded : EventType.UsageLogin })]));

        Assert.That(await _pipeline.RowsAsync("SELECT event_id FROM parked_events"), Is.EqualTo(new[] { $"e{failing}" }));
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { $"{Many - 1}" }), "no other is parked");
        Assert.That(_batches, Is.LessThanOrEqualTo(30), "halving costs two transactions for each power of two");
    }

    [Test]
    public async Task A_transient_failure_costs_one_more_transaction()
    {
        var failures = 1;
        _fault = _ => failures-- > 0 ? new InvalidOperationException("The driver failed once.") : null;
        await _pipeline.IntakeAsync(EventBatchCodec.Encode([.. Enumerable.Range(0, 100).Select(Login)]));

        Assert.That(_batches, Is.EqualTo(2));
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "100" }));
    }

    [Test]
    public async Task An_unexpected_failure_of_one_event_parks_it_alone()
    {
        _fault = events => events.Any(envelope => envelope.Id == "e0") ? new InvalidOperationException("It cannot be stored.") : null;
        await _pipeline.IntakeAsync(EventBatchCodec.Encode([.. Enumerable.Range(0, 1_000).Select(Login)]));

        Assert.That(await _pipeline.RowsAsync("SELECT event_id FROM parked_events"), Is.EqualTo(new[] { "e0" }));
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "999" }));
        Assert.That(_batches, Is.LessThanOrEqualTo(30));
    }

    [Test]
    public async Task A_failure_of_every_event_parks_none()
    {
        _fault = _ => new InvalidOperationException("Nothing can be stored.");
        await Assert.ThrowsAsync<EverythingFailsException>(
            () => _pipeline.IntakeAsync(EventBatchCodec.Encode([.. Enumerable.Range(0, 1_000).Select(Login)])), "they are delivered again");
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM parked_events"), Is.EqualTo(new[] { "0" }));
        Assert.That(_batches, Is.LessThan(50), "the events are not retried one by one");

        _fault = _ => null;
        await _pipeline.IntakeAsync(EventBatchCodec.Encode([.. Enumerable.Range(0, 1_000).Select(Login)]));
        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "1000" }));
    }

    [Test]
    public async Task An_account_whose_events_all_fail_does_not_block_the_other_accounts_of_its_lane()
    {
        _fault = events => events.Any(envelope => envelope.AccountId == "a0") ? new InvalidOperationException("Not to be folded.") : null;
        var failing = Enumerable.Range(0, 20).Select(number => Login(number * 50)).ToList();
        await _pipeline.IntakeAsync(EventBatchCodec.Encode([.. failing, .. Enumerable.Range(1, 49).Select(Login)]));

        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "49" }), "the others are applied");
        var parked = await _pipeline.RowsAsync("SELECT COUNT(*), COUNT(DISTINCT account_id) FROM parked_events");
        Assert.That(parked, Is.EqualTo(new[] { "20 | 1" }), "its own events are parked and can be retried");
    }

    [Test]
    public async Task A_failing_batch_of_one_account_is_parked_when_the_store_accepts_writes()
    {
        _fault = events => events.Any(envelope => envelope.AccountId == "a0") ? new InvalidOperationException("Not to be folded.") : null;
        await _pipeline.IntakeAsync(EventBatchCodec.Encode([.. Enumerable.Range(0, 20).Select(number => Login(number * 50))]));

        Assert.That(await _pipeline.RowsAsync("SELECT COUNT(*) FROM parked_events"), Is.EqualTo(new[] { "20" }));
    }

    [Test]
    public async Task A_concurrent_update_during_the_evaluation_of_a_suspected_account_is_retried()
    {
        await SuspectAsync();
        _conflicts = 1;
        await _pipeline.IntakeAsync(TwentyOfOneAccount());

        var parked = await _pipeline.RowsAsync("SELECT COUNT(*) FROM parked_events");
        Assert.That(parked, Is.EqualTo(new[] { "20" }), "the events are the cause, not the store");
    }

    [Test]
    public async Task Endless_concurrent_updates_count_as_an_unavailable_store()
    {
        await SuspectAsync();
        _conflicts = int.MaxValue;
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => _pipeline.IntakeAsync(TwentyOfOneAccount()), "the events are delivered again, and readiness reports no failure");
    }

    private static byte[] TwentyOfOneAccount() => EventBatchCodec.Encode([.. Enumerable.Range(1, 20).Select(number => Login(number * 50))]);

    /// <summary>Creates an account and makes all further events fail.</summary>
    private async Task SuspectAsync()
    {
        await _pipeline.IntakeAsync(EventBatchCodec.Encode([Login(0)]));
        _fault = _ => new InvalidOperationException("Not to be folded.");
    }

    private static EventEnvelope Login(int number) => Pipeline.Envelope(
        $$"""{"id":"e{{number}}","type":"usage.login","accountId":"a{{number % 50}}","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"ada"} }""", Now);
}
