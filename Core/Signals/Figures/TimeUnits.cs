namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The units in which a length of time is written. Most times of senders are whole milliseconds or seconds, due dates are whole days.
/// </summary>
internal static class TimeUnits
{
    /// <summary>The number of bits for the unit.</summary>
    public const int Bits = 2;

    /// <summary>The value in the largest exact unit.</summary>
    public static (long Value, int Unit) Split(long microseconds)
    {
        if (microseconds % Instants.Millisecond != 0)
        {
            return (microseconds, 0);
        }

        if (microseconds % Instants.Second != 0)
        {
            return (microseconds / Instants.Millisecond, 1);
        }

        return microseconds % Instants.Day != 0
            ? (microseconds / Instants.Second, 2)
            : (microseconds / Instants.Day, 3);
    }

    public static long Join(ulong value, int unit) => (long)value * (unit switch
    {
        0 => 1,
        1 => Instants.Millisecond,
        2 => Instants.Second,
        _ => Instants.Day,
    });
}
