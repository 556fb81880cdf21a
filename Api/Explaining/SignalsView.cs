using HealthApi.Core.Evaluation;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/signals</c>: every signal of the catalogue.</summary>
internal sealed record SignalsView(string AccountId, DateTimeOffset AsOf, IReadOnlyDictionary<string, object> Signals)
{
    public static SignalsView Of(AccountStanding standing) => new(
        standing.Account.Id,
        standing.AsOf,
        SignalCatalogue.All.ToDictionary(definition => definition.Name, definition => View(definition.Signal, standing)));

    /// <summary>A <see cref="SignalView"/>, or a <see cref="ShiftView"/> for a shift signal.</summary>
    private static object View(Signal signal, AccountStanding standing) =>
        signal is Signal.UsageShift or Signal.TicketShift or Signal.EscalationShift
            ? ShiftView.Of(signal, standing) : SignalView.Of(signal, standing);
}

/// <summary>
/// A signal's value, the time of its newest evidence, and whether its source has been silent for longer than usual (<see
/// cref="SourceRhythm"/>).
/// </summary>
internal sealed record SignalView(object? Value, DateTimeOffset? AsOf, bool Stale)
{
    public static SignalView Of(Signal signal, AccountStanding standing) =>
        new(standing.Signals[signal].ToObject(), standing.Signals.EvidenceAt(signal), standing.Silent.IsStale(signal));
}
