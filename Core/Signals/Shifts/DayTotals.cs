namespace HealthApi.Core.Signals.Shifts;

/// <summary>The events of one UTC day: the sum of their quantities in millionths, and how many they were.</summary>
/// <param name="Day">Days since 0001-01-01.</param>
internal readonly record struct DayTotals(int Day, UInt128 Millionths, int Count)
{
    public DayTotals Plus(UInt128 millionths) => this with { Millionths = Millionths + millionths, Count = Count + 1 };
}
