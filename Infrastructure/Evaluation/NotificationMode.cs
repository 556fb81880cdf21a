namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Whether a transaction sends messages for its crossings and notices. Crossings are stored in both modes.</summary>
public enum NotificationMode : byte
{
    /// <summary>Messages are queued. For live events.</summary>
    Send,

    /// <summary>No messages. For events that happened long ago, such as those of an import.</summary>
    Withhold,
}
