using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>
/// Calls every operation of a running service with every example that it documents, and checks each response against the document.
/// </summary>
internal sealed class OpenApiLiveTests(StoreKind kind) : StoreFixture(kind)
{
    /// <summary>The date that the examples of the document assume.</summary>
    private static readonly DateTimeOffset Today = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    /// <summary>The operations in an order in which each finds the data that it needs.</summary>
    private static readonly string[] Order =
    [
        "getLiveness", "getReadiness", "getMetrics", "getOpenApi", "listProblemTypes", "getProblemType",
        "putAccount", "putAccounts", "ingestEvents", "ingestUsage", "ingestTickets", "ingestBilling", "ingestNps", "ingestCsat",
        "ingestCes", "ingestRelationship", "getIngestionStats",
        "handshakeEvents", "handshakeUsage", "handshakeTickets", "handshakeBilling", "handshakeNps", "handshakeCsat", "handshakeCes",
        "handshakeRelationship",
        "listConflicts", "retryParkedEvent", "discardParkedEvent", "listParkedEvents",
        "listAccounts", "getAccount", "patchAccount", "getAccountHealth", "getAccountHealthHistory", "getAccountSubscriptions",
        "getAccountChurnRisk", "getAccountSignals",
        "putAccountOverride", "getAccountHealthChanges", "getAccountHealthPath", "getAccountHealthForecast", "getAccountSignalEvidence",
        "getAccountRollUp", "deleteAccountOverride",
        "score", "listModels", "getModel", "putModel", "activateModel", "deactivateModel", "getJob", "getChurnRules", "putChurnRules",
        "getSegments", "putSegments", "getAlertPolicy", "putAlertPolicy", "simulateAlertPolicy",
        "acknowledgeAlert", "snoozeAlert", "assignAlert", "resolveAlert", "reopenAlert", "getAlert", "listAlerts", "getAlertStats", "listSignals", "putThreshold", "getThreshold", "listThresholds", "deleteThreshold",
        "listWebhookEventTypes", "createWebhook", "listWebhooks", "getWebhook", "pingWebhook", "testWebhook", "getWebhookStats",
        "listDeliveries", "getDelivery", "redeliver", "replayWebhook", "rotateWebhookSecret",
        "enableWebhook", "patchWebhook", "getAccountTimeline", "getAccountExport", "deleteWebhook",
        "createIntegration", "listIntegrations", "getIntegration", "dryRunIntegration", "deliverWebhook", "deliverBatch", "deliverTrack",
        "deliverIdentify", "deliverGroup", "deliverPage",
        "deliverScreen", "deliverAlias", "sendBatch", "sendTrack", "sendIdentify", "sendGroup", "sendPage", "listUnmappedPayloads",
        "retryUnmappedPayload", "listParkedPayloads", "listRefusals",
        "rotateIntegrationSecret", "patchIntegration", "deleteIntegration", "createKey", "listKeys", "revokeKey", "listAuditEntries",
        "deleteAccount",
            ];

    private readonly Dictionary<string, string> _ids = [];
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider(Today));

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Every_example_is_accepted_and_answered_as_documented()
    {
        Assert.That(Order, Is.EquivalentTo(OpenApiFile.Operations.Select(operation => operation.Id)), "every operation is called");
        foreach (var operation in Order.Select(id => OpenApiFile.Operations.Single(operation => operation.Id == id)))
        {
            foreach (var (name, content) in Contents(operation))
            {
                using (content)
                    await CallAsync(operation, name, content);
            }

            await _service.SettledAsync();
        }
    }

    private static bool IsRequiredHeader(JsonElement parameter) =>
        parameter.GetProperty("in").GetString() == "header" && parameter.TryGetProperty("required", out var required)
            && required.GetBoolean();

    private static IEnumerable<(string Name, StringContent? Content)> Contents(OpenApiOperation operation) => operation.Bodies.Any()
        ? from body in operation.Bodies
          from example in body.Value.GetProperty("examples").EnumerateObject()
          select ($"{body.Name} {example.Name}", Content(body.Name, example.Value.GetProperty("value")))
        : [("without a body", (StringContent?)null)];

    private static StringContent Content(string mediaType, JsonElement value) => new StringContent(
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(), Encoding.UTF8,
            new MediaTypeHeaderValue(mediaType));

    private async Task CallAsync(OpenApiOperation operation, string name, HttpContent? content)
    {
        if (operation.Path.Contains("{parkedId}", StringComparison.Ordinal))
            _ids["parkedId"] = await _service.ParkAsync($"for {operation.Id}");
        if (operation.Path.Contains("{alertId}", StringComparison.Ordinal))
            _ids["alertId"] = (await _service.AlertAsync("of-" + operation.Id)).GetProperty("id").GetString()!;
        if (operation.Path.Contains("{payloadId}", StringComparison.Ordinal))
        {
            _ids["payloadId"] = await _service.KeepUnmappedAsync(
                _ids["integrationId"], """{"id":19,"action":"opened","at":1795341000,"urgency":"high","customer":{"ref":"acme"}}""");
        }

        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Path(operation)) { Content = content };
        if (operation.Scopes.Count == 0) request.Headers.Authorization = Sender(operation);
        foreach (var header in operation.Parameters.Where(IsRequiredHeader))
            request.Headers.Add(header.GetProperty("name").GetString()!, header.GetProperty("example").GetString());
        using var response = await _service.Client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, $"{operation} {name}: {(int)response.StatusCode} {body}");
        OpenApiAnswers.Check(operation, response, body);
        if (operation.Method == "POST" && response.Content.Headers.ContentType?.MediaType == "application/json")
            Remember(operation, JsonElement.Parse(body));
    }

    /// <summary>The credentials of a vendor's call, which has no API key: the secrets in the examples of createIntegration.</summary>
    private static AuthenticationHeaderValue? Sender(OpenApiOperation operation) => operation.Id switch
    {
        "deliverWebhook" => new AuthenticationHeaderValue("Bearer", "a-shared-token-of-24-or-more"),
        _ when operation.Path.Contains("/v1/", StringComparison.Ordinal) => new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String("kQ7mVw2ZbN4xR8tYc1Lp6sDf3HjG0aUe:"u8)),
        _ => null,
    };

    /// <summary>The path with its ids filled in: those that the service assigned, otherwise those of the document.</summary>
    private string Path(OpenApiOperation operation) =>
        operation.Parameters.Where(parameter => parameter.GetProperty("in").GetString() == "path").Aggregate(
            operation.Path,
            (path, parameter) =>
            {
                var name = parameter.GetProperty("name").GetString()!;
                return path.Replace(
                    $"{{{name}}}", Uri.EscapeDataString(_ids.GetValueOrDefault(name) ?? parameter.GetProperty("example").GetString()!),
                    StringComparison.Ordinal);
            });

    private void Remember(OpenApiOperation operation, JsonElement body)
    {
        if (operation.Id == "createWebhook") _ids["webhookId"] = body.GetProperty("id").GetString()!;
        if (operation.Id == "pingWebhook") _ids["deliveryId"] = body.GetProperty("deliveryId").GetString()!;
        if (operation.Id == "activateModel") _ids["jobId"] = body.GetProperty("id").GetString()!;
        if (operation.Id == "createIntegration")
        {
            _ids[body.GetProperty("vendor").GetString() == "segment" ? "trackingId" : "integrationId"] = body.GetProperty("id")
                .GetString()!;
        }

        if (operation.Id == "createKey") _ids["keyId"] = body.GetProperty("id").GetString()!;
    }
}
