namespace HealthApi.Core.Alerts;

/// <summary>
/// What people do with alerts, as functions of the state. Whether the alert is in a state that allows it is for the caller to check.
/// </summary>
public static class AlertActs
{
    /// <summary>Acknowledges or assigns the open alert: only the number of changes rises.</summary>
    public static AlertStep Note(AlertChangeKind kind, AlertFacts facts, AlertState state) =>
        new AlertStep(state, []).Add(kind, facts, state);

    /// <summary>Withholds nothing, but reminds at the instant.</summary>
    public static AlertStep Snooze(AlertFacts facts, AlertState state, DateTimeOffset until) =>
        new AlertStep(state, []).Add(AlertChangeKind.Snoozed, facts, state with { SnoozedUntil = until });

    /// <summary>Resolves the open alert. While its condition goes on, only a worse one opens an alert again.</summary>
    public static AlertStep Resolve(AlertFacts facts, AlertState state)
    {
        var step = new AlertStep(state, []).Add(
            AlertChangeKind.Resolved, facts, state with { SnoozedUntil = null }, state.Told != 0, AlertResolution.Manual);
        return step.To(state.Cleared() with
        {
            ClosedAt = state.Rank,
            Rank = state.Rank,
            Holds = state.Holds,
            Since = state.Since,
            By = state.By,
            Quietly = state.Quietly,
            UnjudgedSince = state.UnjudgedSince,
        });
    }

    /// <summary>Opens a resolved alert again. It takes no new number and does not count as an opening.</summary>
    /// <param name="state">The present state, in which no alert is open; null if it was lost.</param>
    /// <param name="resolved">The alert when it was resolved.</param>
    public static AlertStep Reopen(AlertFacts facts, AlertState? state, ResolvedAlert resolved)
    {
        var known = state ?? new AlertState { Count = resolved.Number };
        return new AlertStep(known, []).Add(
            AlertChangeKind.Reopened,
            facts,
            known with
            {
                Open = resolved.Number,
                Changes = resolved.Changes,
                Told = resolved.IsTold ? 1 : 0,
                Confirmed = resolved.IsConfirmed,
                Worst = resolved.Worst,
                Rank = known.ClosedAt ?? resolved.Worst.Rank,
                ClosedAt = null,
                Flapping = known.FlappingUntil is not null,
            },
            announced: resolved.IsTold);
    }
}

/// <summary>What is known of an alert that was resolved.</summary>
/// <param name="Number">The number of the alert among those of its account and metric.</param>
/// <param name="Changes">The number of its changes.</param>
/// <param name="IsTold">Whether a message about it was sent.</param>
public sealed record ResolvedAlert(int Number, int Changes, bool IsTold, bool IsConfirmed, AlertMark Worst);
