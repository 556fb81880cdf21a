namespace HealthApi.Core.Explaining;

public enum RollUpMethod : byte { Worst, ArrWeighted, Average }

/// <summary>An account in a roll-up. The score is 0–100, or null; the ARR may be null.</summary>
public sealed record RollUpMember(string Id, string? ParentId, double? Score, decimal? Arr);

/// <summary>Combines the scores of a parent account and its subsidiaries into one.</summary>
public static class RollUp
{
    /// <summary>
    /// The lowest score, the ARR-weighted mean or the plain mean. Members without a score are left out (missing is not zero); the weighted
    /// mean also leaves out members whose ARR is unknown or 0. Null if no member remains.
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
