namespace HealthApi.Core.Signals.Figures;

/// <summary>The figures of one family of events.</summary>
internal interface IFamilyFigures
{
    /// <summary>The time of the family's newest event; <see cref="Instants.None"/> before the first.</summary>
    long Newest { get; }

    /// <summary>Forgets what no signal at <paramref name="asOf"/> or later needs, even if late events follow.</summary>
    void Forget(long asOf);

    void Write(ref FigureWriter writer);

    /// <summary>Replaces the figures by those of the reader.</summary>
    void Fill(ref FigureReader reader);
}
