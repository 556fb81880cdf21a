using System.Collections.Concurrent;
using HealthApi.Infrastructure.Telemetry;

namespace HealthApi.Infrastructure.Events;

/// <summary>Counts rejected events by the code of their first error, since this process started.</summary>
public sealed class RejectionCounters
{
    private readonly ConcurrentDictionary<string, long> _byCode = new(StringComparer.Ordinal);

    public void Count(string code)
    {
        _byCode.AddOrUpdate(code, 1, static (_, count) => count + 1);
        HealthTelemetry.Rejected.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    public IReadOnlyDictionary<string, long> Snapshot() => new SortedDictionary<string, long>(_byCode, StringComparer.Ordinal);
}
