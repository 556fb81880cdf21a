namespace HealthApi.Core.Alerts;

/// <summary>How an alert opens, and what earlier openings mean for it: three within 30 days make it flapping.</summary>
internal static class AlertOpening
{
    private const int FlappingOpenings = 3, MostCrossings = 8;

    private static readonly TimeSpan FlappingTime = TimeSpan.FromDays(30);

    /// <summary>Opens the next alert.</summary>
    /// <param name="state">A state whose condition holds.</param>
    public static AlertStep Open(AlertStep step, AlertFacts facts, AlertState state)
    {
        DateTimeOffset[] openings = [.. state.Openings, facts.At];
        var flaps = openings.Length >= FlappingOpenings || state.FlappingUntil is not null;
        var opened = state with
        {
            Count = state.Count + 1,
            Open = state.Count + 1,
            Changes = 0,
            Told = 0,
            Account = facts.Account,
            ClosedAt = null,
            FellFrom = state.Worst?.Severity == AlertSeverity.Info ? facts.Highest : null,
            Openings = openings,
            Flapping = flaps,
            FlappingUntil = flaps ? facts.At + FlappingTime : null,
        };
        return step.Add(AlertChangeKind.Opened, facts with { Cause = state.By }, opened, announced: !state.Quietly);
    }

    /// <summary>The state of a condition that a person has dealt with and that has become worse since.</summary>
    public static AlertState Again(AlertState state, AlertFacts facts) => state with
    {
        By = facts.Cause,
        Quietly = !facts.Announced,
        Rank = facts.Rank,
        Worst = facts.ToMark(),
        From = facts.Before,
        Confirmed = false,
        Since = facts.At,
        Crossings = With([], facts.Crossings),
    };

    /// <summary>The state without openings that are too long ago.</summary>
    public static AlertState Forget(AlertState state, DateTimeOffset at)
    {
        if (state.FlappingUntil <= at) state = state with { FlappingUntil = null };
        return state.Openings.Count == 0 || at - state.Openings[0] < FlappingTime ? state
            : state with { Openings = [.. state.Openings.Where(opening => at - opening < FlappingTime)] };
    }

    /// <summary>The last crossings of both lists; the same instance if there are no further ones.</summary>
    public static IReadOnlyList<string> With(IReadOnlyList<string> known, IReadOnlyList<string>? further) =>
        further is null or [] ? known : [.. known.Concat(further).TakeLast(MostCrossings)];
}
