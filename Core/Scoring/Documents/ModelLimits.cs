namespace HealthApi.Core.Scoring.Documents;

/// <summary>
/// The limits of the size of a model document and of its numbers; within them the arithmetic is exact enough for comparisons at six
/// decimals.
/// </summary>
internal static class ModelLimits
{
    public const int Components = 64;
    public const int Measures = 64;
    public const int Bands = 64;
    public const int Categories = 32;
    public const int LongestName = 200;
    public const int LongestText = 2_000;
    public const double LowestWeight = 1e-6;
    public const double HighestWeight = 1e6;
    public const double LargestNumber = 1e9;
    public const double WorstPoints = 0;
    public const double BestPoints = 100;
}
