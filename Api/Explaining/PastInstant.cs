using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Events;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Explaining;

/// <summary>
/// Reads query parameters that name an instant in the past: not in the future, and not older than the retention of events.
/// </summary>
internal sealed class PastInstant(TimeProvider time, IOptions<RetentionOptions> retention)
{
    /// <summary>The instant, or null if the parameter is missing; returns the problem of a wrong one.</summary>
    public Problem? Read(HttpRequest request, string name, out DateTimeOffset? at)
    {
        if (QueryValues.ReadTime(request, name, out at) is { } badTime) return badTime;
        if (at > time.GetUtcNow()) return Problem.Invalid("?" + name, ErrorCodes.OutOfRange, "Must not be in the future.");
        return at < time.GetUtcNow() - retention.Value.EventsSpan
            ? Problem.Invalid("?" + name, ErrorCodes.OutOfRange, "Older than the retention of events.") : null;
    }
}
