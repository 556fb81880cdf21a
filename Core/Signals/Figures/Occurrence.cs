namespace HealthApi.Core.Signals.Figures;

/// <summary>Something that happened, without more to say.</summary>
internal readonly record struct Occurrence(long Instant) : ITimed<Occurrence>
{
    public int CompareTo(Occurrence other) => Instant.CompareTo(other.Instant);

    public void WriteContent(ref FigureWriter writer)
    {
    }

    public static Occurrence ReadContent(long instant, ref FigureReader reader) => new(instant);
}
