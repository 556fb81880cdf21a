using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/signals</c>: every signal of the catalogue.</summary>
internal sealed record SignalsView(string AccountId, DateTimeOffset AsOf, IReadOnlyDictionary<string, object> Signals)
{
    public static SignalsView Of(ReadSignals read) => new(
        read.Standing.Account.Id,
        read.Standing.AsOf,
        SignalCatalogue.All.ToDictionary(definition => definition.Name, definition => View(definition.Signal, read)));

    /// <summary>A <see cref="SignalView"/>, or a <see cref="ShiftView"/> for a shift signal.</summary>
    private static object View(Signal signal, ReadSignals read) =>
        signal is Signal.UsageShift or Signal.TicketShift or Signal.EscalationShift
            ? ShiftView.Of(signal, read) : SignalView.Of(signal, read);
}

/// <summary>
/// A signal's value, the time of its newest evidence, and whether its source has been silent for longer than usual (<see
/// cref="SourceRhythm"/>).
/// </summary>
internal sealed record SignalView(object? Value, DateTimeOffset? AsOf, bool Stale)
{
    public static SignalView Of(Signal signal, ReadSignals read) =>
        new(read.Standing.Signals[signal].ToObject(), read.Standing.Signals.EvidenceAt(signal), read.IsStale(signal));
}
