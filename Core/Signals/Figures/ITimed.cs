namespace HealthApi.Core.Signals.Figures;

/// <summary>An entry of a <see cref="Timeline{T}"/>: an instant, and content that orders entries of the same instant.</summary>
internal interface ITimed<T> : IComparable<T>
    where T : struct
{
    long Instant { get; }

    void WriteContent(ref FigureWriter writer);

    static abstract T ReadContent(long instant, ref FigureReader reader);
}
