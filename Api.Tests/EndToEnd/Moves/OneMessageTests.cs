using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.EndToEnd.Moves.MoveRig;

namespace HealthApi.Api.Tests.EndToEnd.Moves;

/// <summary>One move of one metric over several thresholds is one message (domain.md §6).</summary>
public sealed class OneMessageTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_move_over_several_thresholds_is_one_message_that_lists_them_in_order()
    {
        await using var rig = await MoveRig.StartAsync(Kind);
        await using var receiver = await WebhookReceiver.StartAsync();
        await rig.Service.SubscribeAsync(receiver.Url);
        await rig.ScoreAsync(90, 10, 95);

        var messages = (await receiver.WaitForAsync(2)).Select(message => message.Json.GetProperty("data")).ToList();
        var (fell, rose) = (messages[0], messages[1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (Text(fell, "threshold"), fell.GetProperty("bound").GetDouble(), Text(fell, "direction")),
                Is.EqualTo(("outcome:poor", 40.0, "falling")), "the message names the outermost threshold");
            Assert.That(Texts(fell, "passed"), Is.EqualTo(new[] { "outcome:good", "outcome:fair", "outcome:poor" }));
            Assert.That(Texts(fell, "resolves"), Is.Empty);
            Assert.That(
                (Text(rose, "threshold"), rose.GetProperty("bound").GetDouble(), Text(rose, "direction")),
                Is.EqualTo(("outcome:good", 80.0, "rising")));
            Assert.That(Texts(rose, "passed"), Is.EqualTo(new[] { "outcome:poor", "outcome:fair", "outcome:good" }));
            Assert.That(Texts(rose, "resolves"), Is.EqualTo(new[] { Text(fell, "crossingId") }));
            Assert.That(messages.Select(data => data.GetProperty("sequence").GetInt64()), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(
                (await rig.CrossingsAsync()).Select(crossing => Text(crossing, "crossingId")),
                Is.EqualTo(messages.Select(data => Text(data, "crossingId"))), "the timeline has the same crossings");
        }
    }

    [Test]
    public async Task A_recovery_resolves_every_fall_whose_threshold_it_passes()
    {
        await using var rig = await MoveRig.StartAsync(Kind);
        await rig.ScoreAsync(90, 70, 50, 90, 30, 65, 90);
        var crossings = await rig.CrossingsAsync();
        string Id(int index) => Text(crossings[index], "crossingId")!;
        Assert.That(await rig.MovesAsync(), Is.EqualTo(new[]
        {
            "outcome:good falling 90 → 70", "outcome:fair falling 70 → 50", "outcome:good rising 50 → 90",
            "outcome:poor falling 90 → 30", "outcome:fair rising 30 → 65", "outcome:good rising 65 → 90",
        }));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Texts(crossings[2], "resolves"), Is.EquivalentTo(new[] { Id(0), Id(1) }), "one recovery resolves two falls");
            Assert.That(Texts(crossings[4], "resolves"), Is.EqualTo(new[] { Id(3) }), "a fall is resolved by both steps of its recovery");
            Assert.That(Texts(crossings[5], "resolves"), Is.EqualTo(new[] { Id(3) }));
        }
    }

    [Test]
    public async Task A_subscription_to_a_threshold_gets_every_message_that_passes_it()
    {
        await using var rig = await MoveRig.StartAsync(Kind);
        await using var receiver = await WebhookReceiver.StartAsync();
        await rig.Service.PostAsync(
            "/v1/webhooks",
                new
                {
                    url = receiver.Url,
                    eventTypes = new[] { "health.threshold_crossed" },
                    filter = new { thresholds = new[] { "outcome:fair" } }
                });
        await rig.ScoreAsync(90, 70, 10, 50, 65);

        var messages = (await receiver.WaitForAsync(2)).Select(message => message.Json.GetProperty("data")).ToList();
        Assert.That(messages.Select(data => Text(data, "threshold")), Is.EqualTo(new[] { "outcome:poor", "outcome:fair" }));
        Assert.That(Texts(messages[1], "resolves"), Is.EqualTo(new[] { Text(messages[0], "crossingId") }));
    }
}
