using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class WebhookEventTypesTests
{
    private static readonly string[] Sent =
    [
        "account.churned", "alert.opened", "alert.resolved", "alert.snooze_ended", "alert.updated", "churn_risk.threshold_crossed",
        "endpoint.disabled", "health.threshold_crossed", "renewal.upcoming", "signal.stale", "webhook.ping",
    ];

    [Test]
    public void The_list_holds_exactly_the_types_that_are_sent() =>
        Assert.That(WebhookEventTypes.All.Select(type => type.Name), Is.EqualTo(Sent));

    [TestCaseSource(typeof(WebhookEventTypes), nameof(WebhookEventTypes.All))]
    public void The_example_of_a_type_matches_its_schema(WebhookEventType type) =>
        Assert.That(SchemaChecker.OfMessages.Check(type.Schema, type.Example), Is.Empty);

    [TestCaseSource(typeof(WebhookEventTypes), nameof(WebhookEventTypes.All))]
    public void A_type_lists_only_filter_members_and_all_account_filters_exactly_when_it_is_about_an_account(WebhookEventType type)
    {
        var members = typeof(WebhookFilter).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        var aboutAccount = type.Example.GetProperty("data").TryGetProperty("accountId", out _);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(type.Filters, Is.SubsetOf(members).And.Unique);
            Assert.That(type.Filters.Intersect(["accounts", "segments", "minArr", "tags"]).Count(), Is.EqualTo(aboutAccount ? 4 : 0));
        }
    }
}
