namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// Draws accounts. Numbers are permuted, so that neither the first events nor the frequent accounts are neighbours in an index.
/// </summary>
internal sealed class AccountDraw
{
    private readonly int[] _permutation;
    private readonly Random _random = new(13);
    private double[]? _cumulated;

    public AccountDraw(int accounts)
    {
        _permutation = [.. Enumerable.Range(0, accounts)];
        new Random(7).Shuffle(_permutation);
    }

    public static string Id(int number) => $"scale-{number:D7}";

    /// <summary>Each account once, from this place of the order on.</summary>
    public int[] InOrder(int from, int count) => _permutation[from..(from + count)];

    public int[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(_permutation.Length))];

    /// <summary>Draws for several callers at once.</summary>
    public int[] Watched(int count) => [.. Enumerable.Range(0, count).Select(_ => Random.Shared.Next(_permutation.Length)).Distinct()];

    /// <summary>The account at place k of the order is drawn with a probability proportional to 1 ÷ k.</summary>
    public int[] Zipf(int count)
    {
        _cumulated ??= Cumulate(_permutation.Length);
        return [.. Enumerable.Range(0, count).Select(_ => _permutation[Place(_random.NextDouble() * _cumulated[^1])])];
    }

    private static double[] Cumulate(int accounts)
    {
        var (sum, sums) = (0.0, new double[accounts]);
        for (var place = 0; place < accounts; place++) sums[place] = sum += 1.0 / (place + 1);
        return sums;
    }

    private int Place(double value)
    {
        var found = Array.BinarySearch(_cumulated!, value);
        return Math.Min(found < 0 ? ~found : found, _permutation.Length - 1);
    }
}
