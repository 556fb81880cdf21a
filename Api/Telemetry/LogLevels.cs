using HealthApi.Infrastructure.Settings;

namespace HealthApi.Api.Telemetry;

/// <summary>Checks the levels in section <c>Logging</c>. Without this the framework would report a wrong one with a stack trace.</summary>
internal static class LogLevels
{
    private const string Section = "Logging", Levels = ":LogLevel:";

    public static void Check(SettingReader settings)
    {
        foreach (var (key, level) in settings.Values(Section))
        {
            if (key.Contains(Levels, StringComparison.OrdinalIgnoreCase))
                settings.CheckName<LogLevel>(key, level);
        }
    }
}
