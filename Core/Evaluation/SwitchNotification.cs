namespace HealthApi.Core.Evaluation;

/// <summary>
/// Whether what a change of model or rules moves is sent. A change that was asked to be quiet covers what it moves itself: an account that
/// was judged before it and, in the segment it was in, is judged otherwise by it. What the account does later, moving to another segment
/// say, is sent.
/// </summary>
internal static class SwitchNotification
{
    /// <param name="memory">The account as it was judged last.</param>
    public static bool OfModel(EvaluationPolicy policy, AccountStanding standing, AccountMemory memory)
    {
        var (quiet, segment) = (false, memory.Segment ?? standing.Segment);
        foreach (var change in policy.ChangesAfter(memory.Revision))
        {
            var (before, moved) = (change.Before!, MovedBy(change, standing) ?? segment);
            if (Key(before, segment) != Key(change, moved))
            {
                if (moved == segment ? change.Models.For(moved).Announce : change.AnnounceSegments) return true;
                quiet = true;
            }

            segment = moved;
        }

        return !quiet || Key(policy, segment) != standing.Judgement.ModelKey;
    }

    /// <param name="memory">The account as it was judged last.</param>
    public static bool OfRules(EvaluationPolicy policy, AccountMemory memory)
    {
        List<EvaluationPolicy> changes = [.. policy.ChangesAfter(memory.Revision).Where(ChangesRules)];
        return changes.Count == 0 || changes.Exists(change => change.AnnounceRules);
    }

    private static bool ChangesRules(EvaluationPolicy change) =>
        change.Rules.Key != change.Before!.Rules.Key;

    private static string Key(EvaluationPolicy policy, string segment) => policy.Models.For(segment).Model.Key;

    /// <summary>The segment that a change of the segments moves the account to; null where it moves it nowhere.</summary>
    private static string? MovedBy(EvaluationPolicy change, AccountStanding standing)
    {
        if (ReferenceEquals(change.Segments, change.Before!.Segments)) return null;
        var now = change.Segments.Of(standing.Account);
        return now == change.Before.Segments.Of(standing.Account) ? null : now;
    }
}
