namespace HealthApi.Core.Signals.Shifts;

/// <summary>What a shift signal says on a day, without the numbers behind it.</summary>
/// <param name="Value">The greatest change since the shift began; 0 where there is none.</param>
/// <param name="Since">The day on which the shift began, since 0001-01-01; 0 where there is none.</param>
/// <param name="SettledOn">The day on which the last shift became the new level; 0 if it has ended, lasts, or there was none.</param>
/// <param name="Next">The first day on which it can differ although no event follows; 0 if there is none.</param>
internal readonly record struct ShiftMark(ShiftGrade Grade, double Value, int Since, int SettledOn, int Next)
{
    public bool IsOn => Grade is ShiftGrade.Watch or ShiftGrade.Alarm;

    public static ShiftMark Of(ShiftReading reading) =>
        new(reading.Grade, reading.Value, reading.Since ?? 0, reading.SettledOn, reading.Next);
}
