using HealthApi.Infrastructure.Settings;

namespace HealthApi.Api.Telemetry;

/// <summary>The levels in section <c>Logging</c>, which the framework would tell of in a stack trace.</summary>
internal static class LogLevels
{
    private const string Section = "Logging", Levels = ":LogLevel:";

    public static void Check(SettingReader settings)
    {
        foreach (var (key, level) in settings.Values(Section))
            if (key.Contains(Levels, StringComparison.OrdinalIgnoreCase))
                settings.CheckName<LogLevel>(key, level);
    }
}
