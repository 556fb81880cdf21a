using System.Globalization;

namespace HealthApi.Benchmarks.Faults.Hostile;

/// <summary>The memory of a process.</summary>
internal static class Memory
{
    /// <summary>
    /// The memory of the container that docs/production.md recommends, in MB. The garbage collector limits its heap to three quarters of
    /// it, in a container and in the service of every row.
    /// </summary>
    public const int Container = 768;

    /// <summary>The environment variables of a service in such a container.</summary>
    public static IReadOnlyDictionary<string, string> Limit { get; } =
        new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"{Container * 3 / 4 * 1024 * 1024:X}" };

    /// <summary>The highest resident memory of the process, in MB.</summary>
    public static long Peak(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
