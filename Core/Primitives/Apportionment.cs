namespace HealthApi.Core.Primitives;

/// <summary>Rounds parts so that what is shown adds up: the method of largest remainders.</summary>
public static class Apportionment
{
    private const int UnitsPerPoint = 10;

    /// <summary>
    /// The parts in tenths of a point, which sum exactly to the whole. Each is its own value rounded down or, for those with the largest
    /// remainders, up; where the whole differs from the parts' own sum (it is a difference of rounded scores), the rest goes by the same
    /// order, one tenth each in turn.
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
