using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>Something that is measured once a round.</summary>
internal interface IMeasurement
{
    /// <summary>What <c>--only</c> selects; a floor is in the group of what is divided by it.</summary>
    string Group { get; }

    /// <summary>Runs the code long enough to be compiled and optimised.</summary>
    Task WarmUpAsync();

    /// <summary>Measures once and adds what it saw.</summary>
    Task MeasureAsync(FigureSheet sheet);
}
