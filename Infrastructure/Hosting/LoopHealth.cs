using System.Collections.Concurrent;
using HealthApi.Infrastructure.Telemetry;

namespace HealthApi.Infrastructure.Hosting;

/// <summary>Which background loops of this process fail at the moment.</summary>
public sealed class LoopHealth
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    /// <summary>
    /// Names of the loops whose last turn failed unexpectedly, in order. An outage of the store is not among the reasons.
    /// </summary>
    public IReadOnlyList<string> Failing => [.. _failing.Keys.Order(StringComparer.Ordinal)];

    internal void Fails(string loop)
    {
        _failing[loop] = true;
        Count(loop);
    }

    /// <summary>Counts a failure that did not end the loop's turn.</summary>
    internal static void Count(string loop) => HealthTelemetry.LoopFailures.Add(1, new KeyValuePair<string, object?>("loop", loop));

    /// <returns>Whether the loop failed before.</returns>
    internal bool Recovers(string loop) => _failing.TryRemove(loop, out _);
}
