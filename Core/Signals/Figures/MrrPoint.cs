namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// Monthly recurring revenue as a billing event told it. Of two told at the same instant the greater stands last and counts.
/// </summary>
internal readonly record struct MrrPoint(long Instant, decimal Mrr) : ITimed<MrrPoint>
{
    public int CompareTo(MrrPoint other) => Instant != other.Instant ? Instant.CompareTo(other.Instant) : Mrr.CompareTo(other.Mrr);

    public void WriteContent(ref FigureWriter writer) => writer.Decimal(Mrr);

    public static MrrPoint ReadContent(long instant, ref FigureReader reader) => new(instant, reader.Decimal());
}
