namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The first use of a feature ever, and its last use; <see cref="Last"/> is <see cref="Instants.None"/> after it has left every window.
/// </summary>
internal readonly record struct FeatureUse(long First, long Last) : IFigure<FeatureUse>
{
    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(First);
        writer.OptionalInstant(Last);
    }

    public static FeatureUse Read(ref FigureReader reader) => new(reader.OptionalInstant(), reader.OptionalInstant());
}
