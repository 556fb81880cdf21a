using HealthApi.Core.Events;

namespace HealthApi.Core.Explaining;

/// <summary>
/// Which events stand behind a signal's value: those of <see cref="Types"/> within <see cref="Days"/> before the instant (null: only those
/// at the time of the signal's newest evidence) of which <see cref="Says"/> holds.
/// </summary>
public sealed record EvidenceRule(IReadOnlyList<EventType> Types, int? Days)
{
    internal Func<HealthEvent, EvidenceScope, bool>? Says { get; init; }

    /// <summary>
    /// Whether the rule looks at tickets as a whole, so that <see cref="EvidenceScope"/> needs the account's ticket events.
    /// </summary>
    public bool NeedsTickets { get; init; }

    /// <summary>
    /// Whether answers that state one response again replace each other, so that <see cref="EvidenceScope"/> needs all answers of the
    /// types.
    /// </summary>
    public bool NeedsAnswers { get; init; }

    public bool Holds(HealthEvent happened, EvidenceScope scope) =>
        Types.Contains(happened.Type) && (Says is null || Says(happened, scope));
}
