namespace HealthApi.Core.Signals.Figures;

/// <summary>Figures of which no signal changes between two of the reported instants.</summary>
internal interface IEdges
{
    /// <summary>The number of entries, roughly; what it costs to report them.</summary>
    int Count { get; }

    /// <summary>Reports to <paramref name="next"/> every instant at which time alone could change a signal of the figures.</summary>
    void Edges(ref NextEdge next);
}
