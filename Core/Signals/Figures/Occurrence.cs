namespace HealthApi.Core.Signals.Figures;

/// <summary>An instant without content.</summary>
internal readonly record struct Occurrence(long Instant) : ITimed<Occurrence>
{
    public int CompareTo(Occurrence other) => Instant.CompareTo(other.Instant);

    public void WriteContent(ref FigureWriter writer)
    {
    }

    public static Occurrence ReadContent(long instant, ref FigureReader reader) => new(instant);
}
