namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>What happens to the held deliveries of a subscription that is enabled.</summary>
public enum HeldChoice : byte
{
    /// <summary>They stay held.</summary>
    Keep,

    /// <summary>All are sent, in their order.</summary>
    All,

    /// <summary>
    /// Messages that state an account's standing are skipped where they are outdated: only the latest of each account and threshold is
    /// sent, and every message that resolves a crossing whose message was sent or is sent. All other messages are sent.
    /// </summary>
    Latest,
}

/// <summary>The numbers of held deliveries that were queued, and that were skipped.</summary>
public sealed record ReleasedDeliveries(int Queued, int Skipped);
