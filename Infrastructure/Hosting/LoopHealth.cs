using System.Collections.Concurrent;
using HealthApi.Infrastructure.Telemetry;

namespace HealthApi.Infrastructure.Hosting;

/// <summary>Knows which background loops of this process are failing.</summary>
public sealed class LoopHealth
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    /// <summary>
    /// The names of the loops whose last turn failed unexpectedly, in order. An outage of the store does not count.
    /// </summary>
    public IReadOnlyList<string> Failing => [.. _failing.Keys.Order(StringComparer.Ordinal)];

    internal void Fails(string loop)
    {
        _failing[loop] = true;
        Count(loop);
    }

    /// <summary>Counts a failure that did not end the loop's turn.</summary>
    internal static void Count(string loop) => HealthTelemetry.LoopFailures.Add(1, new KeyValuePair<string, object?>("loop", loop));

    /// <summary>The loop has finished a turn.</summary>
    /// <returns>Whether its previous turn had failed.</returns>
    internal bool Recovers(string loop) => _failing.TryRemove(loop, out _);
}
