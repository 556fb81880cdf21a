using HealthApi.Api.Tests.Support.Http;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using OpenTelemetry.Trace;

namespace HealthApi.Api.Tests.Api.Telemetry;

/// <summary>Telemetry is exported by OTLP only to the collector that is configured.</summary>
[NonParallelizable]
internal sealed class ExportTests
{
    [Test]
    public async Task Traces_and_metrics_are_sent_to_the_configured_collector()
    {
        await using var collector = await WebhookReceiver.StartAsync();
        string[] settings = [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "OTEL_SERVICE_NAME=health-of-europe"];
        await using (var service = await TestService.StartAsync(settings))
        {
            using var accepted = await service.PostTextAsync(
                "/v1/events", """{"id":"a","type":"usage.login","accountId":"a","data":{"note":"payload-marker"}}""");
            await service.SettledAsync();
        }

        Assert.That(
            collector.Received.Select(received => received.Path).Distinct(), Is.EquivalentTo((string[])["/v1/traces", "/v1/metrics"]));
        var all = string.Concat(collector.Received.Select(received => received.Text));
        Assert.That(
            all, Does.Contain("process events").And.Contain("healthapi.events.accepted").And.Contain("http.server.request.duration"));
        Assert.That(all, Does.Contain("health-of-europe").And.Contain("POST /v1/events").And.Contain("http.route"),
            "service name and routes are exported");
        Assert.That(all, Does.Not.Contain("payload-marker").And.Not.Contain(TestService.AdminKey));
    }

    [Test]
    public async Task Nothing_is_exported_without_a_configured_collector()
    {
        Assert.That(await HasExporterAsync(["Roles=api"]), Is.False, "without a collector, metrics are only scraped");
        Assert.That(await HasExporterAsync(["Roles=api", "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:9"]), Is.True);
    }

    private static async Task<bool> HasExporterAsync(string[] settings)
    {
        var found = false;
        await using var service = await TestService.StartAsync(
            settings, adjust: builder =>
                found = builder.Services.Any(part => part.ServiceType.ToString().Contains("Otlp", StringComparison.Ordinal)));
        Assert.That(service.Services.GetService<TracerProvider>(), found ? Is.Not.Null : Is.Null);
        return found;
    }
}
