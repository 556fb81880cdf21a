namespace HealthApi.Core.Signals.Figures;

/// <summary>Monthly recurring revenue that a billing event states. Of two at the same instant the greater comes last and counts.</summary>
internal readonly record struct MrrPoint(long Instant, decimal Mrr) : ITimed<MrrPoint>
{
    public int CompareTo(MrrPoint other) => Instant != other.Instant ? Instant.CompareTo(other.Instant) : Mrr.CompareTo(other.Mrr);

    public void WriteContent(ref FigureWriter writer) => writer.Decimal(Mrr);

    public static MrrPoint ReadContent(long instant, ref FigureReader reader) => new(instant, reader.Decimal());
}
