namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Whether the crossings that a transaction decides are told to subscribers. They are kept either way.</summary>
public enum NotificationMode : byte
{
    /// <summary>Messages are queued: what live events do.</summary>
    Send,

    /// <summary>No message: what happened long ago is no news.</summary>
    Withhold,
}
