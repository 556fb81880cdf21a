using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>A measurement that is taken once in each round.</summary>
internal interface IMeasurement
{
    /// <summary>The group that <c>--only</c> selects; a floor is in the group of the figures that are divided by it.</summary>
    string Group { get; }

    /// <summary>Runs the code long enough to be compiled and optimised.</summary>
    Task WarmUpAsync();

    /// <summary>Measures once and adds the figures to the sheet.</summary>
    Task MeasureAsync(FigureSheet sheet);
}
