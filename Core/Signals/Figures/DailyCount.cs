namespace HealthApi.Core.Signals.Figures;

/// <summary>The number of daily active users that a snapshot states.</summary>
internal readonly record struct DailyCount(long Instant, long Users) : ITimed<DailyCount>
{
    public int CompareTo(DailyCount other) => Instant.CompareTo(other.Instant);

    public void WriteContent(ref FigureWriter writer) => writer.Number((ulong)Users);

    public static DailyCount ReadContent(long instant, ref FigureReader reader) => new(instant, (long)reader.Number());
}
