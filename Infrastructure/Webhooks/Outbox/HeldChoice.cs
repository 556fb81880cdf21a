namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>What becomes of the held deliveries of a subscription that is enabled.</summary>
public enum HeldChoice : byte
{
    /// <summary>They stay held.</summary>
    Keep,

    /// <summary>All are sent, in their order.</summary>
    All,

    /// <summary>
    /// Of the messages that say how an account stands, the latest of each account and threshold is sent, and whatever resolves a crossing
    /// that was or is sent; the others of that kind are skipped. All other messages are sent.
    /// </summary>
    Latest,
}

/// <summary>How many held deliveries were queued, and how many skipped.</summary>
public sealed record ReleasedDeliveries(int Queued, int Skipped);
