using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Telemetry;

/// <summary><c>/metrics</c> contains every metric and label that the dashboard queries.</summary>
[NonParallelizable]
internal sealed partial class MetricsTests
{
    private const string Login = """{"id":"e1","type":"usage.login","accountId":"a"}""";

    /// <summary>A metric that exists only with a broker, and a label that Prometheus itself adds.</summary>
    private const string Queued = "healthapi_lane_queued", Job = "job";

    [Test]
    public async Task Every_metric_and_label_of_the_dashboard_is_scraped_after_traffic()
    {
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Status(200));
        await using var service = await TestService.StartAsync(adjust: builder => builder.Services.AddHostedService<FailingLoop>());
        await ScrapeAsync(service);
        using var posted = await service.PostTextAsync(
            "/v1/events", $$"""[{{Login}},{"id":"e2","type":"nps.responded","accountId":"a","data":{"score":11} }]""");
        await service.SettledAsync();
        await service.ParkAsync("parked");
        await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("one");
        await receiver.WaitForAsync(1);
        var missing = await Eventually.GetAsync(
            async () => Missing(await ScrapeAsync(service), panel => !panel.Contains(Queued, StringComparison.Ordinal)), found =>
                found.Count == 0, "every metric of the dashboard is scraped");
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public async Task With_RabbitMQ_the_queued_messages_are_scraped_by_lane()
    {
        var uri = RabbitMqBroker.Shared.NewUri();
        await using var service = await TestService.StartAsync(["Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={uri}"]);
        using var posted = await service.PostTextAsync("/v1/events", Login);
        await service.SettledAsync();
        await Eventually.GetAsync(
            async () => Missing(await ScrapeAsync(service), panel => panel.Contains(Queued, StringComparison.Ordinal)), found =>
                found.Count == 0, "the metric of the queues is scraped");
    }

    [Test]
    public async Task Scraping_needs_a_key_with_the_scope_read()
    {
        await using var service = await TestService.StartAsync(["Roles=api"]);
        Assert.That(await StatusAsync(service, null), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await StatusAsync(service, await KeyAsync(service, "ingest")), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(service, await KeyAsync(service, "read")), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Request_metrics_have_method_and_route_and_the_target_has_the_service_name()
    {
        await using var service = await TestService.StartAsync(
            ["Roles=api", "OTEL_SERVICE_NAME=health-eu", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=staging"]);
        await service.GetAsync("/v1/models");
        var text = await ScrapeAsync(service);
        Assert.That(text, Does.Match(
            "http_server_request_duration_seconds_count\\{[^}]*http_request_method=\"GET\"[^}]*http_route=\"/v1/models/?\""));
        Assert.That(text, Does.Match("target_info\\{[^}]*service_name=\"health-eu\"")
            .And.Match("target_info\\{[^}]*deployment_environment_name=\"staging\""));
    }

    /// <summary>The metrics and labels that the chosen queries of the dashboard use and the scrape lacks.</summary>
    private static List<string> Missing(string scrape, Func<string, bool> chosen) =>
    [
        .. from target in Dashboard.Targets
           where chosen(target.Query)
           from metric in Metric().Matches(target.Query).Select(match => match.Value).Distinct()
           let samples = scrape.Split('\n')
               .Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal)
                   || line.StartsWith(metric + " ", StringComparison.Ordinal)).ToList()
           from problem in samples.Count == 0
               ? [metric]
               : target.Labels.Where(label => label != Job && !samples.Any(line => line.Contains($"{label}=\"", StringComparison.Ordinal)))
                   .Select(label => $"{metric}{{{label}}}")
           select problem,
    ];

    private static async Task<string> ScrapeAsync(TestService service)
    {
        using var response = await service.Client.GetAsync("/metrics");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<HttpStatusCode> StatusAsync(TestService service, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = key is null ? new AuthenticationHeaderValue("Basic") : new AuthenticationHeaderValue("Bearer", key);
        using var response = await service.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<string> KeyAsync(TestService service, string scope) =>
        (await service.PostAsync("/v1/keys", new { name = scope, scopes = new[] { scope } })).GetProperty("secret").GetString()!;

    [GeneratedRegex("(?<![a-z_])(healthapi|http_server|kestrel|dotnet)_[a-z_]+")]
    private static partial Regex Metric();

    private sealed class FailingLoop(LoopHealth health, ILogger<FailingLoop> logger) : WorkerLoop("of the tests", health, logger)
    {
        protected override Task TurnAsync(CancellationToken stopping) => throw new InvalidOperationException("Thrown by a test.");
    }
}
