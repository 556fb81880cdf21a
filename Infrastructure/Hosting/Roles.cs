using HealthApi.Infrastructure.Settings;

namespace HealthApi.Infrastructure.Hosting;

/// <summary>The roles of this process. Setting <c>Roles</c>: <c>api</c>, <c>worker</c> or both, separated by a comma.</summary>
public sealed record Roles(bool Api, bool Worker)
{
    public const string Key = "Roles";

    private static readonly Roles Both = new(Api: true, Worker: true);

    /// <summary>Reads the setting. Both roles where it is missing or invalid; an invalid one is recorded as a mistake.</summary>
    public static Roles Read(SettingReader settings)
    {
        if (settings.Value(Key) is not { } text) return Both;
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > 0 && names.All(name => name is "api" or "worker"))
            return new Roles(names.Contains("api"), names.Contains("worker"));
        settings.Refuse($"{Key} '{text}' is not api, worker or api,worker.");
        return Both;
    }
}
