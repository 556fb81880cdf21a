using System.Reflection;
using System.Text.Json;
using HealthApi.Api.Explaining;
using HealthApi.Api.Problems;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Events;
using HealthApi.Core.Input;
using HealthApi.Core.Integrations;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.Alerts.Simulating;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;
using HealthApi.Infrastructure.Webhooks.Outbox;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>Each enumeration of the document has exactly the values that the service uses.</summary>
internal sealed class OpenApiEnumTests
{
    [Test]
    public void Problem_types_are_those_of_the_service() =>
        Same(Schema("Problem").GetProperty("properties").GetProperty("type"), ProblemType.All.Select(type => "/problems/" + type.Slug));

    [Test]
    public void Error_codes_are_those_of_the_service() =>
        Same(
            Schema("FieldError").GetProperty("properties").GetProperty("code"),
            Constants(typeof(ErrorCodes)).Concat(Constants(typeof(DocumentErrorCodes))));

    [Test]
    public void Event_types_are_those_of_the_service() => Same(Schema("EventType"), EventTypes.AllNames);

    [Test]
    public void Event_types_of_the_families_are_those_of_the_service() => Assert.That(
        OpenApiFile.Schemas.EnumerateObject()
            .Where(
                schema => schema.Name.EndsWith("Event", StringComparison.Ordinal) && schema.Name != "Event"
                && schema.Value.TryGetProperty("additionalProperties", out _))
            .SelectMany(schema => Words(schema.Value.GetProperty("properties").GetProperty("type"))),
        Is.EquivalentTo(EventTypes.AllNames));

    [Test]
    public void Phases_are_those_of_the_service() => Same(Schema("Phase"), LifecyclePhases.All);

    [Test]
    public void Scopes_are_those_of_the_service() => Same(Schema("Scope"), ApiScopes.All);

    [Test]
    public void Causes_are_those_of_the_service() => Same(Schema("Cause"), Enum.GetValues<CrossingCause>().Select(CrossingMessage.Wire));

    [Test]
    public void Job_statuses_are_those_of_the_service() => Same(Schema("JobStatus"), JobStatus.All);

    [Test]
    public void Job_kinds_are_those_of_the_service() => Same(
        Schema("Job").GetProperty("properties").GetProperty("kind"), RescoreKinds.All.Append(AlertSimulations.Kind));

    [Test]
    public void Words_of_alerts_are_those_of_the_service()
    {
        Same(Schema("AlertStatus"), AlertWords.StatusNames);
        Same(Schema("AlertSeverity"), AlertWords.SeverityNames);
        Same(Schema("AlertChangeName"), AlertWords.ChangeNames);
        Assert.That(Words(Schema("AlertResolution")), Is.EquivalentTo(AlertWords.ResolutionNames.Append(null)));
        Same(Schema("AlertSort"), AlertListing.SortNames);
    }

    [Test]
    public void Vendors_are_those_of_the_service() => Same(Schema("Vendor"), Enum.GetNames<Vendor>().Select(name => name.ToLowerInvariant()));

    [Test]
    public void Refusal_reasons_are_those_of_the_service() => Same(Schema("RefusalReason"), RefusalReason.All);

    [Test]
    public void Delivery_statuses_are_those_of_the_service() => Same(Schema("DeliveryStatus"), DeliveryStatus.All);

    [Test]
    public void Sorts_of_the_account_listing_are_those_of_the_service() =>
        Same(
            Parameter("listAccounts", "sort").GetProperty("schema"),
            AccountListing.SortNames.SelectMany(name => new[] { name, "-" + name }));

    [Test]
    public void Timeline_kinds_are_those_of_the_service() =>
        Same(Parameter("getAccountTimeline", "kinds").GetProperty("schema").GetProperty("items"), TimelineStore.Kinds);

    [Test]
    public void Roll_up_methods_are_those_of_the_service() =>
        Same(Parameter("getAccountRollUp", "method").GetProperty("schema"), RollUpEndpoint.MethodNames);

    [Test]
    public void Signals_are_those_of_the_service() => Same(Schema("SignalName"), SignalCatalogue.All.Select(signal => signal.Name));

    [TestCaseSource(typeof(SignalCatalogue), nameof(SignalCatalogue.All))]
    public void A_signal_is_documented_with_its_type_and_range(SignalDefinition signal)
    {
        var schema = Schema("SignalValues").GetProperty("properties").GetProperty(signal.Name);
        var type = signal.Kind switch { SignalKind.Number => "number", SignalKind.Flag => "boolean", _ => "string" };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(schema.GetProperty("type").EnumerateArray().Select(item => item.GetString()), Is.EqualTo((string[])[type, "null"]));
            Assert.That(Number(schema, "minimum"), Is.EqualTo(signal.Minimum));
            Assert.That(Number(schema, "maximum"), Is.EqualTo(signal.Maximum));
            Assert.That(signal.Words is null || Words(schema).SequenceEqual([.. signal.Words, null]));
        }
    }

    [Test]
    public void Webhook_event_types_are_those_of_the_service()
    {
        Same(Schema("WebhookEventType"), WebhookEventTypes.All.Select(type => type.Name));
        Assert.That(OpenApiFile.Webhooks.Select(webhook => webhook.Path), Is.EquivalentTo(WebhookEventTypes.All.Select(type => type.Name)));
    }

    [Test]
    public void Examples_and_schemas_of_webhook_messages_agree_with_the_catalogue()
    {
        var catalogue = new SchemaChecker(_ => throw new NotSupportedException(), closed: false);
        foreach (var webhook in OpenApiFile.Webhooks)
        {
            var (type, body) = (WebhookEventTypes.All.Single(known => known.Name == webhook.Path), webhook.Bodies.Single().Value);
            SchemaAssert.Answer(body.GetProperty("schema"), type.Example, $"the catalogue's example of {type.Name}");
            foreach (var example in body.GetProperty("examples").EnumerateObject())
            {
                Assert.That(
                    catalogue.Check(type.Schema, example.Value.GetProperty("value")), Is.Empty,
                    $"the document's example of {type.Name} by the catalogue's schema");
            }
        }
    }

    private static JsonElement Schema(string name) => OpenApiFile.Schemas.GetProperty(name);

    private static JsonElement Parameter(string operation, string name) =>
        OpenApiFile.Operations.Single(candidate => candidate.Id == operation).Parameters.Single(
            parameter => parameter.GetProperty("name").GetString() == name);

    private static IEnumerable<string?> Words(JsonElement schema) =>
        OpenApiFile.Resolve(schema).GetProperty("enum").EnumerateArray().Select(word => word.GetString());

    private static void Same(JsonElement schema, IEnumerable<string> words) => Assert.That(Words(schema), Is.EquivalentTo(words));

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

    private static double? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var number) ? number.GetDouble() : null;
}
