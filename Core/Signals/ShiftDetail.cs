using HealthApi.Core.Signals.Figures;
using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals;

/// <summary>The numbers behind a shift signal.</summary>
/// <param name="Since">The beginning of the day on which the present shift was found; null where there is none.</param>
/// <param name="Base">The daily mean of the base: the one of that day while a shift lasts, else the present one.</param>
/// <param name="Recent">The daily mean of the last 28 days.</param>
/// <param name="Change">Recent ÷ base − 1.</param>
/// <param name="Z">The change of four weeks in standard deviations.</param>
/// <param name="Settled">Whether the last shift lasted so long that it has become the base.</param>
public sealed record ShiftDetail(DateTimeOffset? Since, double Base, double Recent, double Change, double Z, bool Settled)
{
    internal static ShiftDetail Of(ShiftReading reading) => new(
        reading.Since is { } day ? Instants.ToTime(day * Instants.Day) : null,
        reading.Base.Mean, reading.Recent, reading.Change, reading.Z, reading.SettledOn > 0);
}
