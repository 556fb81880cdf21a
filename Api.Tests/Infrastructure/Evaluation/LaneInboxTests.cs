using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation;

/// <summary>
/// A lane message is processed once, however often it is delivered, and every accepted event is counted in exactly one state.
/// </summary>
public sealed class LaneInboxTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private readonly AcceptingProcess _api = new();

    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task CreateAsync() => _pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task A_message_that_is_delivered_again_changes_no_count()
    {
        var (first, second) = (Message(Login("e1"), Login("e2")), Message(Login("e2"), Login("e3")));
        await _pipeline.IntakeAsync(first);
        await _pipeline.IntakeAsync(first, second);
        await _pipeline.IntakeAsync(second, second);
        var stats = await StatsAsync();
        Assert.That(
            (stats.Processed, stats.Duplicates, stats.Accepted, stats.Pending, stats.Balance), Is.EqualTo((3, 1, 4, 0, 0)),
            "only an event that a caller repeats is a duplicate");
    }

    [Test]
    public async Task A_message_that_was_halved_is_skipped_when_it_is_delivered_again()
    {
        var message = Message(Login("e1"), Login("bad") with { Type = EventType.NpsResponded }, Login("e2"));
        await _pipeline.IntakeAsync(message);
        await _pipeline.IntakeAsync(message, Message(Login("worse") with { Type = EventType.NpsResponded }));
        var stats = await StatsAsync();
        Assert.That((stats.Processed, stats.Duplicates, stats.Parked, stats.Accepted, stats.Balance), Is.EqualTo((2, 0, 2, 4, 0)));
    }

    [Test]
    public async Task A_message_that_is_twice_in_a_halved_batch_counts_once()
    {
        var message = Message(Login("e1"), Login("bad") with { Type = EventType.NpsResponded });
        await _pipeline.IntakeAsync(message, message);
        var stats = await StatsAsync();
        Assert.That((stats.Processed, stats.Duplicates, stats.Parked, stats.Accepted, stats.Balance), Is.EqualTo((1, 0, 1, 2, 0)));
    }

    [Test]
    public async Task Parked_events_stay_in_the_balance_when_they_are_unreadable_retried_or_discarded()
    {
        var shelf = _pipeline.Services.GetRequiredService<ParkedEventShelf>();
        var damaged = Message(Login("d1"), Login("d2")).Payload.ToArray();
        damaged[6] = 0xff;
        damaged[7] = 0xff;
        damaged.AsSpan(30, 4).Fill(0x7f);
        await _pipeline.IntakeAsync(Message(Login("bad") with { Type = EventType.NpsResponded }), new LaneMessage(damaged));
        var parked = await shelf.ListAsync(null, null, null, 10, default);
        Assert.That((await StatsAsync()).Parked, Is.EqualTo(3), "an unreadable payload counts as the number of events that it states");
        foreach (var row in parked) await shelf.RetryAsync(row.Id, default);
        Assert.That((await StatsAsync()).Balance, Is.Zero, "an event that still fails stays parked once");
        foreach (var row in parked) await shelf.DiscardAsync(row.Id, default);
        var stats = await StatsAsync();
        Assert.That((stats.Parked, stats.Discarded, stats.Accepted, stats.Balance), Is.EqualTo((0, 3, 3, 0)));
    }

    [Test]
    public async Task An_event_that_fails_while_its_account_is_erased_is_dropped_and_not_parked()
    {
        await _pipeline.IntakeAsync(Message(Login("e1")));
        var table = _pipeline.Services.GetRequiredService<ILaneTable>();
        await table.AppendAsync([new LaneBatch(0, 1, Message(Login("bad")).Payload)], default);
        var taken = (await table.TakeAsync(10, default)).Single().ToMessage();
        await _pipeline.Services.GetRequiredService<AccountErasure>().EraseAsync("acme", default, default);
        await _pipeline.Services.GetRequiredService<ParkedEventStore>()
            .ParkAsync(new IncomingEvents([Login("bad")]) { Message = taken }, "It failed.", default);
        var stats = await StatsAsync();
        Assert.That((stats.Processed, stats.Dropped, stats.Parked, stats.Accepted, stats.Balance), Is.EqualTo((1, 1, 0, 2, 0)));
    }

    [Test]
    public async Task A_parked_event_that_succeeds_when_retried_is_counted_as_processed_once()
    {
        var parked = _pipeline.Services.GetRequiredService<ParkedEventStore>();
        await parked.ParkAsync(new IncomingEvents([Login("e1")]) { Message = Message(Login("e1")) }, "Parked by a test.", default);
        var shelf = _pipeline.Services.GetRequiredService<ParkedEventShelf>();
        var id = (await shelf.ListAsync(null, null, null, 10, default)).Single().Id;
        Assert.That(await shelf.RetryAsync(id, default), Is.EqualTo(RetryResult.Processed));
        Assert.That(await shelf.RetryAsync(id, default), Is.EqualTo(RetryResult.NotFound));
        var stats = await StatsAsync();
        Assert.That((stats.Parked, stats.Processed, stats.Accepted, stats.Balance), Is.EqualTo((0, 1, 1, 0)));
    }

    [Test]
    public async Task A_message_without_an_id_is_processed_at_every_delivery()
    {
        var payload = EventBatchCodec.Encode([Login("e1")]);
        await _pipeline.IntakeAsync(payload);
        await _pipeline.IntakeAsync(payload);
        var stats = await StatsAsync();
        Assert.That((stats.Processed, stats.Duplicates, stats.Accepted, stats.Balance), Is.EqualTo((1, 1, 2, 0)));
    }

    private LaneMessage Message(params EventEnvelope[] events) => new(EventBatchCodec.Encode(events, _api.NextMessage()));

    private Task<IngestionFigures> StatsAsync() =>
        _pipeline.Services.GetRequiredService<IngestionStats>().ReadAsync(CancellationToken.None);

    private static EventEnvelope Login(string id) =>
        Pipeline.Envelope(
            $$"""{"id":"{{id}}","type":"usage.login","accountId":"acme","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"ada"} }""",
            Now);
}
