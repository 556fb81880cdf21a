using HealthApi.Core.Events;

namespace HealthApi.Core.Explaining;

/// <summary>
/// Selects the events that are the evidence of a signal's value: those of <see cref="Types"/> for which <see cref="Condition"/> holds,
/// within <see cref="Days"/> before the instant. If <see cref="Days"/> is null, only those at the time of the signal's newest evidence.
/// </summary>
public sealed record EvidenceRule(IReadOnlyList<EventType> Types, int? Days)
{
    internal Func<HealthEvent, EvidenceScope, bool>? Condition { get; init; }

    /// <summary>
    /// Whether the rule depends on the state of tickets, so that <see cref="EvidenceScope"/> needs all ticket events of the account.
    /// </summary>
    public bool NeedsTickets { get; init; }

    /// <summary>
    /// Whether a later answer with the same response id replaces an earlier one, so that <see cref="EvidenceScope"/> needs all answers of
    /// the types.
    /// </summary>
    public bool NeedsAnswers { get; init; }

    public bool Holds(HealthEvent happened, EvidenceScope scope) =>
        Types.Contains(happened.Type) && (Condition is null || Condition(happened, scope));
}
