using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Events;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Explaining;

/// <summary>Query parameters that name an instant of the past: not ahead, and no older than the events that tell of it.</summary>
internal sealed class PastInstant(TimeProvider time, IOptions<RetentionOptions> retention)
{
    /// <summary>Null where it was not given.</summary>
    public Problem? TryRead(HttpRequest request, string name, out DateTimeOffset? at)
    {
        if (QueryValues.TryTime(request, name, out at) is { } badTime) return badTime;
        if (at > time.GetUtcNow()) return Problem.Invalid("?" + name, ErrorCodes.OutOfRange, "Must not be in the future.");
        return at < time.GetUtcNow() - retention.Value.EventsSpan
            ? Problem.Invalid("?" + name, ErrorCodes.OutOfRange, "Older than the retention of events.") : null;
    }
}
