using System.Globalization;

namespace HealthApi.Api.Server;

/// <summary>The operating system's limit of open files and sockets of this process.</summary>
internal static class Descriptors
{
    private const string Limits = "/proc/self/limits", Name = "Max open files";

    /// <summary>The limit; null if it is unknown or there is none.</summary>
    public static long? Most()
    {
        if (!File.Exists(Limits)) return null;
        var line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is not null
            && long.TryParse(
                line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var most) ? most
            : null;
    }
}
