namespace HealthApi.Core.Signals.Shifts;

/// <summary>How sure a shift is. It only rises while a shift lasts.</summary>
internal enum ShiftGrade : byte
{
    /// <summary>There is too little history, or nothing in the base.</summary>
    Missing,

    /// <summary>No shift.</summary>
    Steady,
    Watch,
    Alarm,
}

/// <summary>Wire names of the grades.</summary>
internal static class ShiftGrades
{
    public const string Steady = "steady", Watch = "watch", Alarm = "alarm";

    private static readonly SignalValue[] Values =
        [SignalValue.Missing, SignalValue.Of(Steady), SignalValue.Of(Watch), SignalValue.Of(Alarm)];

    public static SignalValue Value(this ShiftGrade grade) => Values[(int)grade];
}
