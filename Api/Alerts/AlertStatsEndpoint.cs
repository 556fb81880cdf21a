using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Alerts;

namespace HealthApi.Api.Alerts;

/// <summary><c>GET /v1/alerts/stats</c>: figures about the alerts that opened in a period, by default the last 90 days.</summary>
internal static class AlertStatsEndpoint
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(90);

    public static async Task<Results<Ok<AlertStatsView>, Problem>> GetAsync(
        HttpRequest request, AlertStatsReader stats, TimeProvider time, CancellationToken cancellation)
    {
        if (QueryValues.ReadTime(request, "from", out var from) is { } badFrom) return badFrom;
        if (QueryValues.ReadTime(request, "to", out var to) is { } badTo) return badTo;
        var now = Instant.Truncate(time.GetUtcNow());
        var end = to ?? now;
        var start = from ?? (end - DateTimeOffset.MinValue > Period ? end - Period : DateTimeOffset.MinValue);
        if (start >= end) return Problem.Invalid("?from", ErrorCodes.OutOfRange, "Must be before to.");
        return TypedResults.Ok(AlertStatsView.Of(await stats.ReadAsync(start, end, now, cancellation), start, end));
    }
}
