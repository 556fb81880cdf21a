namespace HealthApi.Core.Evaluation;

/// <summary>
/// Decides whether messages are sent for crossings that a change of model or rules causes. A change that was made without notifications is
/// silent for the accounts that were evaluated before it and that it evaluates differently within their segment. Crossings with a later
/// cause, such as a move of the account to another segment, are sent.
/// </summary>
internal static class SwitchNotification
{
    /// <param name="memory">The memory of the last evaluation.</param>
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

    /// <param name="memory">The memory of the last evaluation.</param>
    public static bool OfRules(EvaluationPolicy policy, AccountMemory memory)
    {
        List<EvaluationPolicy> changes = [.. policy.ChangesAfter(memory.Revision).Where(ChangesRules)];
        return changes.Count == 0 || changes.Exists(change => change.AnnounceRules);
    }

    private static bool ChangesRules(EvaluationPolicy change) =>
        change.Rules.Key != change.Before!.Rules.Key;

    private static string Key(EvaluationPolicy policy, string segment) => policy.Models.For(segment).Model.Key;

    /// <summary>The segment to which a change of the segment policy moves the account; null if it does not move it.</summary>
    private static string? MovedBy(EvaluationPolicy change, AccountStanding standing)
    {
        if (ReferenceEquals(change.Segments, change.Before!.Segments)) return null;
        var now = change.Segments.Of(standing.Account);
        return now == change.Before.Segments.Of(standing.Account) ? null : now;
    }
}
