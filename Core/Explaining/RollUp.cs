namespace HealthApi.Core.Explaining;

public enum RollUpMethod : byte { Worst, ArrWeighted, Average }

/// <summary>An account in a roll-up; its score (0–100) or null, and its ARR or null.</summary>
public sealed record RollUpMember(string Id, string? ParentId, double? Score, decimal? Arr);

/// <summary>One score for a parent account and its subsidiaries.</summary>
public static class RollUp
{
    /// <summary>
    /// The lowest, the ARR-weighted mean or the plain mean. Members without a score are left out (missing is not zero), and from the
    /// weighted mean those without ARR; null where nobody is left.
    /// </summary>
    public static double? Score(RollUpMethod method, IEnumerable<RollUpMember> members)
    {
        var scored = members.Where(member => member.Score is not null).ToList();
        var weighted = scored.Where(member => member.Arr > 0).ToList();
        return method switch
        {
            RollUpMethod.Worst => scored.Min(member => member.Score),
            RollUpMethod.Average => scored.Average(member => member.Score),
            RollUpMethod.ArrWeighted when weighted.Count > 0 =>
                weighted.Sum(member => member.Score!.Value * (double)member.Arr!.Value) / weighted.Sum(member => (double)member.Arr!.Value),
            _ => null,
        };
    }
}
