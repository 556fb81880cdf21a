namespace HealthApi.Api.Commands;

/// <summary>
/// Separates settings (<c>--Storage:Provider Sqlite</c>, <c>--urls=…</c>) from the words of a command. Every command accepts every setting.
/// </summary>
internal static class SettingArguments
{
    /// <summary>Settings without a section; all others have a colon in their name.</summary>
    private static readonly HashSet<string> Plain = new(StringComparer.OrdinalIgnoreCase)
    {
        "roles", "urls", "environment", "contentRoot", "webRoot", "applicationName", "http_ports", "https_ports", "allowedHosts",
    };

    /// <exception cref="CommandUsageException">A setting has no value.</exception>
    public static (IReadOnlyList<string> Words, IReadOnlyList<string> Settings) Split(IReadOnlyList<string> arguments)
    {
        var (words, settings) = (new List<string>(), new List<string>());
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!IsSetting(argument))
            {
                words.Add(argument);
                continue;
            }

            settings.Add(argument);
            if (argument.Contains('=')) continue;
            if (++index == arguments.Count) throw new CommandUsageException($"'{argument}' needs a value.");
            settings.Add(arguments[index]);
        }

        return (words, settings);
    }

    private static bool IsSetting(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal)) return false;
        var name = argument[2..].Split('=', 2)[0];
        return name.Contains(':') || Plain.Contains(name);
    }
}

/// <summary>The command line is not valid.</summary>
internal sealed class CommandUsageException(string message) : Exception(message);
