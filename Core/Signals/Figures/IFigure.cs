namespace HealthApi.Core.Signals.Figures;

/// <summary>A part of the figures that can be written and read back.</summary>
internal interface IFigure<T>
{
    void Write(ref FigureWriter writer);

    static abstract T Read(ref FigureReader reader);
}
