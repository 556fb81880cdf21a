namespace HealthApi.Core.Signals.Figures;

/// <summary>The figures of one family of events.</summary>
internal interface IFamilyFigures
{
    /// <summary>The family's newest event, or none before its first.</summary>
    long Newest { get; }

    /// <summary>Forgets what no signal at <paramref name="asOf"/> or later can need, even when late events follow.</summary>
    void Forget(long asOf);

    /// <summary>Tells every instant at which time alone could change a signal of the family.</summary>
    void Edges(ref NextEdge next);

    void Write(ref FigureWriter writer);

    /// <summary>Replaces the figures by those that were written.</summary>
    void Fill(ref FigureReader reader);
}
