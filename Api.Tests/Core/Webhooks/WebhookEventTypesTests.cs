using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class WebhookEventTypesTests
{
    private static readonly string[] OfTheContract =
    [
        "health.threshold_crossed", "churn_risk.threshold_crossed", "touchpoint.due", "renewal.upcoming", "expansion.opportunity", "escalation.overdue",
        "signal.stale", "account.churned", "webhook.ping",
    ];

    [Test]
    public void Every_type_of_the_contract_and_the_notice_of_a_disabled_endpoint_is_there() =>
        Assert.That(WebhookEventTypes.All.Select(type => type.Name), Is.EquivalentTo([.. OfTheContract, "endpoint.disabled"]));

    [TestCaseSource(typeof(WebhookEventTypes), nameof(WebhookEventTypes.All))]
    public void The_example_is_what_the_schema_describes(WebhookEventType type) =>
        Assert.That(SchemaChecker.OfMessages.Check(type.Schema, type.Example), Is.Empty);

    [TestCaseSource(typeof(WebhookEventTypes), nameof(WebhookEventTypes.All))]
    public void A_type_names_members_of_the_filter_and_one_about_accounts_all_that_ask_of_accounts(WebhookEventType type)
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
