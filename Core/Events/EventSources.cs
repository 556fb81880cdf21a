namespace HealthApi.Core.Events;

/// <summary>Where events come from.</summary>
public static class EventSources
{
    /// <summary>What the id of every integration begins with; the id is the source of the events that the integration brings.</summary>
    public const string IntegrationPrefix = "int_";

    public static bool IsIntegration(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StartsWith(IntegrationPrefix, StringComparison.Ordinal);
    }
}
