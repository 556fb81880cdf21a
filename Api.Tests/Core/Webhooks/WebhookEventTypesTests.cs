using System.Text.Json;
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
        Assert.That(Mistakes("", type.Schema, type.Example), Is.Empty);

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

    /// <summary>Checks the part of JSON Schema that the documents use, and takes a member that is not described for a mistake.</summary>
    private static IEnumerable<string> Mistakes(string place, JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value)) yield return $"{place} is not {constant}";
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value))) yield return $"{place} is not among {words}";
        if (schema.TryGetProperty("type", out var types) && !Names(types).Any(name => Fits(name, value))) yield return $"{place} is not {types}";
        foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(item => item.GetString()!) : [])
            if (!value.TryGetProperty(name, out _)) yield return $"{place}/{name} is missing";
        if (schema.TryGetProperty("properties", out var properties))
            foreach (var mistake in value.EnumerateObject().SelectMany(member => InMember(place, properties, member))) yield return mistake;
        if (schema.TryGetProperty("items", out var items))
            foreach (var mistake in value.EnumerateArray().SelectMany(item => Mistakes(place + "/-", items, item))) yield return mistake;
    }

    private static IEnumerable<string> InMember(string place, JsonElement properties, JsonProperty member) =>
        properties.TryGetProperty(member.Name, out var schema) ? Mistakes($"{place}/{member.Name}", schema, member.Value) : [$"{place}/{member.Name} is not described"];

    private static IEnumerable<string> Names(JsonElement types) =>
        types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Select(type => type.GetString()!) : [types.GetString()!];

    private static bool Fits(string type, JsonElement value) => type switch
    {
        "integer" => value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };
}
