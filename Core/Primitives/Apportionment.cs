namespace HealthApi.Core.Primitives;

/// <summary>Rounds parts so that the rounded parts sum to the rounded whole (largest remainder method).</summary>
public static class Apportionment
{
    private const int UnitsPerPoint = 10;

    /// <summary>
    /// Rounds each part to tenths of a point; the results sum exactly to <paramref name="whole"/>. Each part is rounded down first. The
    /// tenths that are then missing are added one by one, to the parts with the largest remainders first. If there are too many, they are
    /// subtracted from the parts with the smallest remainders first. That happens because the whole is a difference of rounded scores,
    /// which may differ from the sum of the parts.
    /// </summary>
    /// <param name="parts">In points.</param>
    /// <param name="whole">In points, a whole number of tenths.</param>
    public static decimal[] InTenths(IReadOnlyList<double> parts, decimal whole)
    {
        var floors = parts.Select(part => (long)Math.Floor(part * UnitsPerPoint)).ToArray();
        var rest = (long)(whole * UnitsPerPoint) - floors.Sum();
        var byRemainder = Enumerable.Range(0, parts.Count).OrderByDescending(index => (parts[index] * UnitsPerPoint) - floors[index])
            .ThenBy(index => index).ToArray();
        for (var turn = 0; rest != 0 && parts.Count > 0; turn++)
        {
            var index = rest > 0 ? byRemainder[turn % parts.Count] : byRemainder[^((turn % parts.Count) + 1)];
            floors[index] += Math.Sign(rest);
            rest -= Math.Sign(rest);
        }

        return [.. floors.Select(units => (decimal)units / UnitsPerPoint)];
    }
}
