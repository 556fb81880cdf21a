using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HealthApi.Api.Telemetry;

/// <summary>
/// Meters for Prometheus to scrape (<see cref="MetricsEndpoint"/>), and OpenTelemetry over OTLP, only where the operator names a
/// collector in <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>: nobody is called unasked. The other <c>OTEL_*</c> variables of the specification hold
/// too.
/// </summary>
internal static class TelemetryExport
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string DefaultName = "healthapi";

    private static readonly string[] Meters = [HealthTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var isSent = !string.IsNullOrWhiteSpace(configuration[Endpoint]);
        services.AddSingleton(provider => new GaugeReaders(isSent, provider.GetRequiredService<TimeProvider>()));
        var telemetry = services.AddOpenTelemetry().ConfigureResource(Describe)
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        if (isSent) Send(telemetry);
    }

    /// <summary>
    /// The variables come last, so that they win: OTEL_RESOURCE_ATTRIBUTES over our own name, OTEL_SERVICE_NAME over both.
    /// </summary>
    private static void Describe(ResourceBuilder resource) => resource
        .AddService(DefaultName, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version!.ToString(3))
        .AddEnvironmentVariableDetector();

    private static void Send(OpenTelemetryBuilder telemetry) => telemetry
        .WithTracing(tracing => tracing.AddSource(HealthTelemetry.Name, "Microsoft.AspNetCore").AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddOtlpExporter());
}
