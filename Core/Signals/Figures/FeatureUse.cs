namespace HealthApi.Core.Signals.Figures;

/// <summary>When a feature was first used, ever, and last; the last use is none once it has left every window.</summary>
internal readonly record struct FeatureUse(long First, long Last) : IFigure<FeatureUse>
{
    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(First);
        writer.OptionalInstant(Last);
    }

    public static FeatureUse Read(ref FigureReader reader) => new(reader.OptionalInstant(), reader.OptionalInstant());
}
