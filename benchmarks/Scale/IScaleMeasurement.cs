using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>A measurement on the filled database.</summary>
internal interface IScaleMeasurement
{
    /// <summary>The group that <c>--only</c> selects.</summary>
    string Group { get; }

    /// <summary>Whether it is taken in each round, beside a floor; others are taken once, after the rounds.</summary>
    bool EachRound { get; }

    /// <summary>Measures once and adds the figures to the sheet.</summary>
    Task MeasureAsync(FigureSheet sheet);
}
