using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Lanes;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Erasure;

/// <summary>An erasure drops the events before it in their lane and keeps those after it.</summary>
internal sealed class TombstoneTests
{
    private const long Here = 7, Elsewhere = 8;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private static readonly Tombstone Erased = new(
        "acme", Now, false, new LaneRow("file", 100),
        [new LaneMarker(3, new LaneMessageId(Here, 50)), new LaneMarker(5, new LaneMessageId(Here, 51))]);

    [TestCase(100, "file", true, TestName = "The last row before the erasure is dropped")]
    [TestCase(101, "file", false, TestName = "The first row after the erasure is kept")]
    [TestCase(1, "another file", false, TestName = "A row of another lane file is kept, because its numbers began again")]
    public void Rows_of_the_lane_table_are_dropped_by_number(long row, string table, bool dropped) =>
        Assert.That(Drops(Erased, Message(Elsewhere, 1) with { Row = new LaneRow(table, row) }), Is.EqualTo(dropped));

    [TestCase(3, Elsewhere, 1, false, true, TestName = "Before the lane delivers the marker its events are dropped")]
    [TestCase(3, Elsewhere, 1, true, false, TestName = "After the lane has delivered the marker its events are kept")]
    [TestCase(
        3, Here, 49, true, true, TestName = "A message sent before the marker is dropped even when it comes after it")]
    [TestCase(3, Here, 52, false, false, TestName = "A message sent after the marker is kept even when it comes before it")]
    [TestCase(4, Elsewhere, 1, false, false, TestName = "Events of a lane without a marker are kept")]
    public void Messages_of_the_broker_are_dropped_by_marker(int lane, long process, long number, bool met, bool dropped) =>
        Assert.That(Drops(Erased, Message(process, number) with { Queue = lane }, met), Is.EqualTo(dropped));

    [TestCase(60, true, TestName = "Without the marker an event accepted within an hour after the erasure is dropped")]
    [TestCase(61, false, TestName = "Without the marker an event accepted later than an hour after the erasure is kept")]
    public void Without_the_marker_events_are_dropped_by_time(int minutesAfter, bool dropped) => Assert.That(
        Erased.Drops(Event(Now.AddMinutes(minutesAfter)), Message(Elsewhere, 1) with { Queue = 3 }, isKnown: true, _ => false),
        Is.EqualTo(dropped));

    [Test]
    public void While_rows_are_being_deleted_every_event_is_dropped() =>
        Assert.That(Drops(Erased with { IsErasing = true }, Message(Elsewhere, 1) with { Row = new LaneRow("file", 500) }), Is.True);

    [Test]
    public void An_erasure_of_an_older_version_drops_events_by_time_until_the_account_exists_again()
    {
        var old = Erased with { Last = null, Markers = [] };
        Assert.That(old.Drops(Event(Now), Message(1, 1), isKnown: false, _ => false), Is.True);
        Assert.That(old.Drops(Event(Now), Message(1, 1), isKnown: true, _ => false), Is.False);
        Assert.That(old.Drops(Event(Now.AddTicks(10)), Message(1, 1), isKnown: false, _ => false), Is.False);
    }

    [Test]
    public void Markers_read_back_from_their_column_unchanged()
    {
        Assert.That(Tombstone.FromColumn(Tombstone.ToColumn(Erased.Markers)), Is.EqualTo(Erased.Markers));
        Assert.That(Tombstone.ToColumn([]), Is.Null);
    }

    [Test]
    public void A_message_id_survives_the_codec_and_is_read_without_decoding_the_events()
    {
        var id = new LaneMessageId(long.MinValue, long.MaxValue);
        var payload = EventBatchCodec.Encode([Event(Now)], id);
        Assert.That(EventBatchCodec.IdOf(payload), Is.EqualTo(id));
        Assert.That(EventBatchCodec.IdOf(EventBatchCodec.Encode([], id)), Is.EqualTo(id));
        Assert.That(EventBatchCodec.IdOf(EventBatchCodec.Encode([Event(Now)])), Is.Null);
        Assert.That(EventBatchCodec.Decode(payload).Single().Id, Is.EqualTo("e1"), "older versions ignore the id after the events");
    }

    private static bool Drops(Tombstone tombstone, LaneMessage message, bool met = false) =>
        tombstone.Drops(Event(Now), message, isKnown: true, _ => met);

    private static LaneMessage Message(long process, long number) =>
        new(EventBatchCodec.Encode([Event(Now)], new LaneMessageId(process, number)));

    private static EventEnvelope Event(DateTimeOffset at) =>
        Pipeline.Envelope("""{"id":"e1","type":"usage.login","accountId":"acme","data":{"userId":"ada"} }""", at);
}
