using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class WebhookEventTypesTests
{
    private static readonly string[] Sent =
    [
        "account.churned", "churn_risk.threshold_crossed", "endpoint.disabled", "health.threshold_crossed", "renewal.upcoming",
        "webhook.ping",
    ];

    [Test]
    public void Every_type_that_is_sent_is_there_and_no_other() =>
        Assert.That(WebhookEventTypes.All.Select(type => type.Name), Is.EqualTo(Sent));

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
