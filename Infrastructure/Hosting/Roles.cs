namespace HealthApi.Infrastructure.Hosting;

/// <summary>What this process does. Key <c>Roles</c>: <c>api</c>, <c>worker</c> or both, separated by commas.</summary>
public sealed record Roles(bool Api, bool Worker)
{
    public const string Key = "Roles";

    /// <exception cref="FormatException">The text names no role, or one that is not known.</exception>
    public static Roles Parse(string? text)
    {
        var names = (text ?? "api,worker").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = names.FirstOrDefault(name => name is not ("api" or "worker"));
        if (unknown is not null || names.Length == 0) throw new FormatException($"Roles: '{text}' is not 'api', 'worker' or 'api,worker'.");
        return new Roles(names.Contains("api"), names.Contains("worker"));
    }
}
