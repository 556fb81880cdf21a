using System.Buffers.Binary;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation;

public sealed class EventIntakeTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Only_the_bad_event_of_a_batch_is_parked()
    {
        using var pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        var good = Enumerable.Range(0, 9).Select(number => Login($"e{number}")).ToList();
        var bad = Login("bad") with { Type = EventType.NpsResponded };
        await pipeline.IntakeAsync(EventBatchCodec.Encode([.. good.Take(4), bad, .. good.Skip(4)]));
        Assert.That(await pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "9" }), "no other event is parked");
        Assert.That(
            await pipeline.RowsAsync("SELECT source, event_id, account_id FROM parked_events"), Is.EqualTo(new[] { "test | bad | acme" }));
    }

    [Test]
    public async Task An_unreadable_payload_is_parked_whole_and_its_neighbours_are_applied()
    {
        using var pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        await pipeline.IntakeAsync(EventBatchCodec.Encode([Login("e1")]), new byte[] { 1, 2, 3 }, EventBatchCodec.Encode([Login("e2")]));
        Assert.That(await pipeline.RowsAsync("SELECT id FROM events ORDER BY id"), Is.EqualTo(new[] { "e1", "e2" }));
        Assert.That(await pipeline.RowsAsync("SELECT payload FROM parked_events"), Is.EqualTo(new[] { "010203" }));
    }

    [TestCase(1, TestName = "A_payload_with_a_damaged_count_is_parked_whole(too small)")]
    [TestCase(3, TestName = "A_payload_with_a_damaged_count_is_parked_whole(too large)")]
    [TestCase(int.MaxValue, TestName = "A_payload_with_a_damaged_count_is_parked_whole(far too large)")]
    [TestCase(-1, TestName = "A_payload_with_a_damaged_count_is_parked_whole(negative)")]
    public async Task A_payload_with_a_damaged_count_is_parked_whole_and_counts_as_the_accepted_events(int damaged)
    {
        using var pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        var payload = EventBatchCodec.Encode([Login("e1"), Login("e2")], new LaneMessageId(1, 1));
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(1), damaged);
        await pipeline.IntakeAsync(new LaneMessage(payload) { Counted = 2 });
        Assert.That(await pipeline.RowsAsync("SELECT COUNT(*) FROM events"), Is.EqualTo(new[] { "0" }), "no part of it is applied");
        Assert.That(await pipeline.RowsAsync("SELECT events FROM parked_events"), Is.EqualTo(new[] { "2" }));
        Assert.That(new LaneMessage(payload).Events, Is.LessThanOrEqualTo(3), "a count that is too large for the payload is ignored");
    }

    [Test]
    public async Task An_event_with_a_known_id_and_other_content_is_listed_once_and_the_first_one_stays()
    {
        using var pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        var first = Login("e1");
        var other = Pipeline.Envelope(
            """{"id":"e1","type":"usage.login","accountId":"acme","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"eve"}}""", Now);
        await pipeline.ProcessAsync([first, other, first]);
        await pipeline.ProcessAsync([other]);
        Assert.That(await pipeline.RowsAsync("SELECT data FROM events"), Is.EqualTo(new[] { """{"userId":"ada"}""" }));
        Assert.That(await pipeline.RowsAsync("SELECT data FROM event_conflicts"), Is.EqualTo(new[] { """{"userId":"eve"}""" }));
        Assert.That(
            await pipeline.RowsAsync("SELECT name, value FROM ingestion_counts ORDER BY name"),
            Is.EqualTo(new[] { "conflicts | 2", "duplicates | 1", "processed | 1" }));
    }

    private static EventEnvelope Login(string id) =>
        Pipeline.Envelope(
            $$"""{"id":"{{id}}","type":"usage.login","accountId":"acme","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"ada"} }""",
            Now);
}
