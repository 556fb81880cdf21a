using HealthApi.Api.Http;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Telemetry;

/// <summary>
/// <c>GET /metrics</c>: the meters of this process in Prometheus's text format, or OpenMetrics where <c>Accept</c> asks for it; scope
/// <c>read</c>. Workers also show the backlogs of store and broker, from the second scrape on.
/// </summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes
        .MapPrometheusScrapingEndpoint(
            Path, meterProvider: null, configureBranchedPipeline: branch => branch.UseMiddleware<GaugeAnnouncement>(), optionsName: null)
        .WithTags("Operations").WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).RequireScope(ApiScopes.Read)
        .Answering("text/plain", "application/openmetrics-text");

    private sealed class GaugeAnnouncement(RequestDelegate next, GaugeReaders readers)
    {
        public Task InvokeAsync(HttpContext context)
        {
            readers.Announce();
            return next(context);
        }
    }
}
