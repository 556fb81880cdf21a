namespace HealthApi.Core.Integrations;

/// <summary>What one part of a payload (an event, a message of a batch, an item of an array) says.</summary>
public abstract record InboundItem
{
    /// <summary>Identifies the part within its integration for ever: a repeat has the same.</summary>
    public required string Key { get; init; }

    /// <summary>The vendor's word for what happened, such as <c>invoice.paid</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The part as it came, UTF-8 JSON; translated again it says the same.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }
}

/// <summary>Something that happened to a customer, or that is now known of one.</summary>
public sealed record InboundChange : InboundItem
{
    /// <summary>The vendor's name for the customer; null where the part only links names.</summary>
    public string? Customer { get; init; }

    public IReadOnlyList<EventDraft> Events { get; init; } = [];

    public AccountFacts? Facts { get; init; }

    public IReadOnlyList<CustomerLink> Links { get; init; } = [];

    /// <summary>Whether a customer nobody claims becomes an account of that id, instead of waiting for one.</summary>
    public bool CreatesAccount { get; init; }
}

/// <summary>A part that cannot be translated, and why. It is kept and listed.</summary>
public sealed record UnmappedPart : InboundItem
{
    public required string Reason { get; init; }

    public string? Customer { get; init; }
}

/// <summary>A part that is understood and holds nothing for us, such as the draft of an invoice.</summary>
public sealed record SilentPart : InboundItem;

/// <summary>
/// One name of a customer leads to another: a user to the user's group, a ticket to its company. The newest statement counts.
/// </summary>
public sealed record CustomerLink(string From, string To, DateTimeOffset AsOf);

/// <summary>What a translation needs beside the payload.</summary>
/// <param name="ReceivedAt">When the payload came; for times it does not tell.</param>
/// <param name="Call">The call of a tracking route, such as <c>track</c>, where the body does not name it.</param>
/// <param name="CustomerPointer">JSON pointer to the customer's name in a part; null for the vendor's own place.</param>
/// <param name="Mapping">The mapping of a generic integration.</param>
public sealed record InboundContext(
    DateTimeOffset ReceivedAt, string? Call = null, string? CustomerPointer = null, Generic.GenericMapping? Mapping = null);
