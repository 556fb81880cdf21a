namespace HealthApi.Core.Signals.Figures;

/// <summary>An answer to a survey. The score is held in millionths, so that sums are exact in any order.</summary>
internal readonly record struct Answer(long Instant, int Millionths) : ITimed<Answer>
{
    public const int Unit = 1_000_000;

    public static Answer Of(long instant, double score) => new(instant, (int)Math.Round(score * Unit));

    public double Score => (double)Millionths / Unit;

    public int CompareTo(Answer other) =>
        Instant != other.Instant ? Instant.CompareTo(other.Instant) : Millionths.CompareTo(other.Millionths);

    /// <summary>A byte for a whole score; the lowest bit tells fractions apart.</summary>
    public void WriteContent(ref FigureWriter writer)
    {
        var whole = Millionths % Unit == 0;
        writer.Number(whole ? (ulong)(Millionths / Unit) << 1 : ((ulong)Millionths << 1) | 1);
    }

    public static Answer ReadContent(long instant, ref FigureReader reader)
    {
        var number = reader.Number();
        return new Answer(instant, (number & 1) == 0 ? (int)(number >> 1) * Unit : (int)(number >> 1));
    }
}
