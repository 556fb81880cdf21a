using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Settings;
using HealthApi.Infrastructure.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HealthApi.Api.Telemetry;

/// <summary>
/// Exports meters for Prometheus to scrape (<see cref="MetricsEndpoint"/>), and traces and meters over OTLP if the operator sets a
/// collector in <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. Without it nothing is sent. The other <c>OTEL_*</c> variables of the specification
/// apply too.
/// </summary>
internal static class TelemetryExport
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string DefaultName = "healthapi", Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    private static readonly string[] Meters =
        [HealthTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static void AddTelemetry(this IServiceCollection services, SettingReader settings)
    {
        Check(settings);
        var isSent = !string.IsNullOrWhiteSpace(settings.Value(Endpoint));
        services.AddSingleton(provider => new GaugeReaders(isSent, provider.GetRequiredService<TimeProvider>()));
        var telemetry = services.AddOpenTelemetry().ConfigureResource(Describe)
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        if (isSent) Send(telemetry);
    }

    /// <summary>Checks the variables. The exporter would ignore a wrong one, and send nothing or to another address.</summary>
    private static void Check(SettingReader settings)
    {
        if (settings.Value(Endpoint) is { } endpoint && !string.IsNullOrWhiteSpace(endpoint)
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            settings.Refuse($"{Endpoint} is not an http or https URL, such as http://localhost:4317.");
        }

        if (settings.Value(Protocol) is { Length: > 0 } protocol && !Protocols.Contains(protocol))
            settings.Refuse($"{Protocol} '{protocol}' is not {string.Join(" or ", Protocols)}.");
    }

    /// <summary>
    /// The environment is read last, so that it takes precedence: OTEL_RESOURCE_ATTRIBUTES over the default name, OTEL_SERVICE_NAME over
    /// both.
    /// </summary>
    private static void Describe(ResourceBuilder resource) => resource
        .AddService(DefaultName, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version!.ToString(3))
        .AddEnvironmentVariableDetector();

    private static void Send(OpenTelemetryBuilder telemetry) => telemetry
        .WithTracing(tracing => tracing.AddSource(HealthTelemetry.Name, "Microsoft.AspNetCore").AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddOtlpExporter());
}
