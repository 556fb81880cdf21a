using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class WebhookFilterTests
{
    private static readonly WebhookFacts Crossing =
        new("health.threshold_crossed", "acme", "enterprise", "falling", "health", 120_000m, ["vip", "emea"])
        {
            Thresholds = ["lifecycle:healthy", "lifecycle:stable"],
        };

    private static readonly TestCaseData[] Filters =
    [
        new(new WebhookFilter(), true),
        new(new WebhookFilter { Segments = [], Directions = [], Metrics = [], Accounts = [], Tags = [] }, true),
        new(new WebhookFilter { Segments = ["smb", "enterprise"] }, true),
        new(new WebhookFilter { Segments = ["smb"] }, false),
        new(new WebhookFilter { Segments = ["Enterprise"] }, false),
        new(new WebhookFilter { Directions = ["falling"] }, true),
        new(new WebhookFilter { Directions = ["rising", "entered"] }, false),
        new(new WebhookFilter { Metrics = ["churn_risk"] }, false),
        new(new WebhookFilter { Metrics = ["health"] }, true),
        new(new WebhookFilter { Thresholds = [] }, true),
        new(new WebhookFilter { Thresholds = ["lifecycle:stable", "own"] }, true),
        new(new WebhookFilter { Thresholds = ["lifecycle:healthy"] }, true),
        new(new WebhookFilter { Thresholds = ["lifecycle:at_risk"] }, false),
        new(new WebhookFilter { MinArr = 120_000m }, true),
        new(new WebhookFilter { MinArr = 120_000.01m }, false),
        new(new WebhookFilter { Accounts = ["other", "acme"] }, true),
        new(new WebhookFilter { Accounts = ["ACME"] }, false),
        new(new WebhookFilter { Tags = ["apac", "emea"] }, true),
        new(new WebhookFilter { Tags = ["apac"] }, false),
        new(new WebhookFilter { Segments = ["enterprise"], MinArr = 1m, Tags = ["apac"] }, false),
    ];

    [TestCaseSource(nameof(Filters))]
    public void Every_given_member_of_a_filter_must_match(WebhookFilter filter, bool expected) =>
        Assert.That(new WebhookMatcher(filter).Matches(Crossing), Is.EqualTo(expected));

    [Test]
    public void Direction_metric_and_threshold_filters_match_a_message_without_these_members()
    {
        var touchpoint = Crossing with { Type = "touchpoint.due", Direction = null, Metric = null, Thresholds = null };

        Assert.That(
            new WebhookMatcher(new WebhookFilter { Directions = ["falling"], Metrics = ["health"], Thresholds = ["lifecycle:at_risk"] })
            .Matches(touchpoint), Is.True);
    }

    [Test]
    public void An_account_without_a_segment_or_ARR_matches_no_filter_on_it()
    {
        var bare = Crossing with { Segment = null, Arr = null };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new WebhookMatcher(new WebhookFilter { MinArr = 0m }).Matches(bare), Is.False);
            Assert.That(new WebhookMatcher(new WebhookFilter { Segments = ["smb"] }).Matches(bare), Is.False);
        }
    }

    [Test]
    public void A_message_about_no_account_matches_every_account_filter() =>
        Assert.That(
            new WebhookMatcher(new WebhookFilter { Accounts = ["acme"], Segments = ["smb"], MinArr = 1m, Tags = ["vip"] })
                .Matches(WebhookFacts.OfType("signal.stale")),
            Is.True);
}
