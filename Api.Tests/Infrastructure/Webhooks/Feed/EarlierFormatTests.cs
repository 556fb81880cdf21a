using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Evaluation.Writing;
using HealthApi.Infrastructure.Webhooks.Feed;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Feed;

/// <summary>
/// Data that earlier versions stored is still read. In those versions a crossing had one bound and resolved at most one other crossing.
/// </summary>
public sealed class EarlierFormatTests
{
    private const string Former = """
        {"id":"crs_2","accountId":"acme","sequence":7,"at":"2026-11-20T10:00:00+00:00","metric":"health","threshold":"lifecycle:stable","bound":60,"direction":"rising",
         "from":{"score":57.9,"label":"at_risk"},"to":{"score":64.25,"label":"stable"},"resolves":RESOLVES,"modelId":"lifecycle","modelVersion":1,"cause":"data","announced":true,
         "reasons":[{"component":"usage","change":6.350000000000001,"detail":"daysSinceLastActivity is 1"}]}
        """;

    [TestCase("\"crs_1\"", "crs_1")]
    [TestCase("null")]
    public void A_crossing_stored_by_an_earlier_version_is_read(string resolves, params string[] expected)
    {
        var crossing = CrossingJson.FromStored(Former.Replace("RESOLVES", resolves));
        var shown = CrossingMessage.Describe(crossing);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(crossing.Passed, Is.EqualTo(new[] { "lifecycle:stable" }));
            Assert.That(crossing.Resolves, Is.EqualTo(expected));
            Assert.That(shown["reasons"]![0]!["change"]!.ToJsonString(), Is.EqualTo("6.4"));
            Assert.That(shown["from"]!["at"], Is.Null);
            Assert.That(
                CrossingJson.ToStored(crossing), Does.Contain($"\"resolves\":{resolves}"),
                "a process of the earlier version can read it during an upgrade");
        }
    }

    [Test]
    public void Several_passed_bounds_and_resolved_crossings_are_stored_and_read()
    {
        var crossing = CrossingJson.FromStored(Former.Replace("RESOLVES", "null"))
            with
        { Passed = ["own", "lifecycle:stable"], Resolves = ["crs_1", "crs_0"] };
        var read = CrossingJson.FromStored(CrossingJson.ToStored(crossing));
        Assert.That(read.Passed, Is.EqualTo(crossing.Passed));
        Assert.That(read.Resolves, Is.EqualTo(crossing.Resolves));
    }

    [Test]
    public void A_waiting_crossing_of_an_earlier_version_is_published_in_both_formats()
    {
        var entry = new FeedEntry
        {
            MessageId = "msg_" + new string('0', 32),
            Body =
                """{"type":"health.threshold_crossed","timestamp":"2026-11-20T10:00:00Z","data":{"crossingId":"crs_2","threshold":"lifecycle:stable","resolves":"crs_1","reasons":[]}}""",
        };
        var message = entry.ToMessage();
        Assert.That(message.Passed, Is.EqualTo(new[] { "lifecycle:stable" }));
        Assert.That(message.Resolves, Is.EqualTo(new[] { "crs_1" }));
        Assert.That(message.ToFormer().Resolves, Is.EqualTo("crs_1"));
    }

    [Test]
    public void A_memory_without_the_details_of_its_score_gives_a_crossing_with_one_reason()
    {
        var memory = AccountMemory.FromStored([],
            """{"model":"lifecycle:1","score":85,"category":"healthy","riskLevel":"low","indicators":{},"sequence":3,"contributions":{"usage":30},"thresholds":{"lifecycle:stable":{"bound":60,"above":true,"count":2}}}""");
        var (figures, now) = (new AccountFigures(), new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero));
        figures.Apply(new HealthEvent("test", "e1", EventType.UsageLogin, "acme", now.AddDays(-20), new UsageData { UserId = "u" }));
        var policy = new EvaluationPolicy(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);
        var crossing = AccountEvaluator.Evaluate(
            figures, new Account { Id = "acme", Name = "Acme" }, now, memory, policy, now).Crossings.Single(
                found => found.Metric == Metric.Health);
        Assert.That((crossing.From.Score, crossing.From.At, crossing.Sequence), Is.EqualTo((85.0, (DateTimeOffset?)null, 4L)));
        Assert.That(crossing.Reasons.Single().Change, Is.EqualTo((decimal)Rounding.ForDisplay(crossing.To.Score!.Value) - 85));
        Assert.That(crossing.Reasons.Single().Component, Is.Null, "the cause is unknown, so the reason names no component");
    }
}
