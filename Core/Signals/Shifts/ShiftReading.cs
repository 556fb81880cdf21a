namespace HealthApi.Core.Signals.Shifts;

/// <summary>A shift signal on a day: what it says, and the numbers behind it.</summary>
/// <param name="Value">The greatest change since the shift began; 0 where there is none.</param>
/// <param name="Since">The day on which the present shift began.</param>
/// <param name="SettledOn">The day on which the last shift became the new level; 0 if it has ended, lasts, or there was none.</param>
/// <param name="Base">The base: the one that was latched while a shift lasts, else that of the day.</param>
/// <param name="Recent">The mean of the recent days.</param>
/// <param name="Next">
/// The first day on which the signal can differ although no event follows; 0 if there is none. It may be too early.
/// </param>
internal readonly record struct ShiftReading(
    ShiftGrade Grade, double Value, int? Since, int SettledOn, ShiftBase Base, double Recent, int Next)
{
    public bool IsOn => Grade is ShiftGrade.Watch or ShiftGrade.Alarm;

    /// <summary>The change of the day against the base.</summary>
    public double Change => Base.Change(Recent);

    public double Z => Base.Z(Recent);
}
