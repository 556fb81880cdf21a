namespace HealthApi.Core.Input;

/// <summary>RFC 6901.</summary>
public static class JsonPointer
{
    /// <summary>A member's name as it stands in a pointer.</summary>
    public static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
