using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/signals</c>: every signal of the catalogue.</summary>
internal sealed record SignalsView(string AccountId, DateTimeOffset AsOf, IReadOnlyDictionary<string, SignalView> Signals)
{
    public static SignalsView Of(ReadSignals read) => new(
        read.Standing.Account.Id,
        read.Standing.AsOf,
        SignalCatalogue.All.ToDictionary(definition => definition.Name, definition => SignalView.Of(definition.Signal, read)));
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
