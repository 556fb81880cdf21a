namespace HealthApi.Core.Events;

/// <summary>Rules about the sources of events.</summary>
public static class EventSources
{
    /// <summary>The prefix of the id of every integration. The id is the source of the events that the integration receives.</summary>
    public const string IntegrationPrefix = "int_";

    public static bool IsIntegration(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StartsWith(IntegrationPrefix, StringComparison.Ordinal);
    }
}
