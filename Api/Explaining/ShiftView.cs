using HealthApi.Core.Evaluation;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Explaining;

/// <summary>
/// A shift signal and the numbers behind it (<see cref="ShiftDetail"/>), which are null where it is missing. <c>Base</c> and <c>Recent</c>
/// are daily means.
/// </summary>
internal sealed record ShiftView(
    object? Value, DateTimeOffset? AsOf, bool Stale, DateTimeOffset? Since, double? Base, double? Recent, double? Change, double? Z,
    bool? Settled)
{
    public static ShiftView Of(Signal signal, AccountStanding standing)
    {
        var (value, asOf, stale) = SignalView.Of(signal, standing);
        var shift = standing.Signals.Shift(signal);
        return new ShiftView(
            value, asOf, stale, shift?.Since, shift?.Base, shift?.Recent, shift?.Change, shift?.Z, shift?.Settled);
    }
}
