using HealthApi.Infrastructure.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HealthApi.Api.Telemetry;

/// <summary>
/// OpenTelemetry over OTLP, only where the operator names a collector in <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>: nobody is called unasked. The other
/// <c>OTEL_*</c> variables of the specification hold too.
/// </summary>
internal static class TelemetryExport
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Meters = [HealthTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[Endpoint])) return;
        var version = typeof(TelemetryExport).Assembly.GetName().Version!.ToString(3);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("healthapi", serviceVersion: version))
            .WithTracing(tracing => tracing.AddSource(HealthTelemetry.Name, "Microsoft.AspNetCore").AddOtlpExporter())
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter());
    }
}
