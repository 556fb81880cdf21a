namespace HealthApi.Core.Integrations;

/// <summary>The translation of one part of a payload (an event, a message of a batch, an item of an array).</summary>
public abstract record InboundItem
{
    /// <summary>Identifies the part within its integration permanently; a repetition has the same key.</summary>
    public required string Key { get; init; }

    /// <summary>The vendor's word for what happened, such as <c>invoice.paid</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The original part, UTF-8 JSON. Translating it again gives the same item.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }
}

/// <summary>A part that states events, facts or links of a customer.</summary>
public sealed record InboundChange : InboundItem
{
    /// <summary>The vendor's name for the customer; null if the part only links names.</summary>
    public string? Customer { get; init; }

    public IReadOnlyList<EventDraft> Events { get; init; } = [];

    public AccountFacts? Facts { get; init; }

    public IReadOnlyList<CustomerLink> Links { get; init; } = [];

    /// <summary>
    /// Whether an account with the customer's name as its id is created if no account has this name; otherwise the part waits for an
    /// account.
    /// </summary>
    public bool CreatesAccount { get; init; }
}

/// <summary>A part that cannot be translated, with the reason. It is stored and listed.</summary>
public sealed record UnmappedPart : InboundItem
{
    public required string Reason { get; init; }

    public string? Customer { get; init; }
}

/// <summary>A part that is recognised but has nothing that the service uses, such as a draft of an invoice.</summary>
public sealed record SilentPart : InboundItem;

/// <summary>
/// States that one name of a customer belongs to another: a user to its group, a ticket to its company. The newest statement counts.
/// </summary>
public sealed record CustomerLink(string From, string To, DateTimeOffset AsOf);

/// <summary>The input of a translation in addition to the payload.</summary>
/// <param name="ReceivedAt">The instant at which the payload was received; used for times that it does not state.</param>
/// <param name="Call">The name of the tracking call, such as <c>track</c>, from the route; used if the body does not name it.</param>
/// <param name="CustomerPointer">A JSON pointer to the customer's name in a part; null for the vendor's usual place.</param>
/// <param name="Mapping">The mapping of a generic integration.</param>
public sealed record InboundContext(
    DateTimeOffset ReceivedAt, string? Call = null, string? CustomerPointer = null, Generic.GenericMapping? Mapping = null);
