using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Alerts;

/// <summary>
/// Decides about the alerts of one account and metric: a function of the former state and the present standing. An alert opens when its
/// condition is confirmed, becomes worse, and is resolved when the condition has not held for the release time (domain.md §6a). Time alone
/// changes nothing before <see cref="DueAt"/>.
/// </summary>
public static class AlertWatch
{
    /// <param name="terms">The rules of the metric; null where the policy does not watch it.</param>
    /// <param name="before">The former state; null if no condition has held yet.</param>
    public static AlertStep Next(AlertTerms? terms, AlertFacts facts, AlertState? before)
    {
        var holds = terms is not null && facts is { Churned: false, IsJudged: true, Condition.Holds: true };
        if (before is null && !holds) return AlertStep.None;
        var step = new AlertStep(AlertOpening.Forget(before ?? new AlertState(), facts.At), []);
        if (facts.Churned) return Close(step, facts, AlertResolution.Churned, facts.Announced);
        if (terms is not { } known)
            return Close(step, facts with { Cause = CrossingCause.Model }, AlertResolution.Expired, facts.Announced);
        if (!facts.IsJudged) step = Wait(step, known, facts);
        else if (holds) step = Hold(step, known, facts);
        else step = Release(step, known, facts);
        return Follow(EndSnooze(Calm(step, facts), facts), facts);
    }

    /// <summary>The instant at which time alone changes the state, if the condition stays as it is; null if it never does.</summary>
    public static DateTimeOffset? DueAt(AlertTerms? terms, AlertState? state, DateTimeOffset at)
    {
        if (terms is not { } known || state is null) return null;
        DateTimeOffset? due = null;
        var watched = state.IsOpen || state.ClosedAt is not null;
        if (state.UnjudgedSince is { } unjudged) Add(state.IsOpen ? unjudged + known.ReleaseOf(state, at) : null);
        else if (state.Holds && !state.Confirmed && state.ClosedAt is null) Add(state.Since + known.Confirm);
        else if (!state.Holds && watched) Add(state.Since + known.ReleaseOf(state, at));
        if (state.IsOpen) Add(state.SnoozedUntil);
        if (watched) Add(state.FlappingUntil);
        return due;

        void Add(DateTimeOffset? instant) => due = instant > at && !(due <= instant) ? instant : due;
    }

    private static AlertStep Hold(AlertStep step, AlertTerms terms, AlertFacts facts)
    {
        var state = Turn(step.State!, true, facts);
        if (state.ClosedAt is { } closed)
            return facts.Rank < closed ? AlertOpening.Open(step, facts, AlertOpening.Again(state, facts)) : step.To(state);
        if (!state.IsOpen && IsNews(state, facts)) state = state with { Quietly = false };
        var confirmed = facts.At - state.Since >= terms.Confirm;
        var crossings = AlertOpening.With(state.Crossings, facts.Crossings);
        var moved = !ReferenceEquals(crossings, state.Crossings);
        state = state with { Rank = facts.Rank, Crossings = crossings };
        if (!state.IsOpen)
        {
            state = state with { Worst = IsWorst(state, facts) ? facts.ToMark() : state.Worst, Confirmed = confirmed };
            return confirmed || facts.Condition.AtOnce ? AlertOpening.Open(step, facts, state) : step.To(state);
        }

        step = step.To(state);
        if (confirmed && !state.Confirmed) step = step.Add(AlertChangeKind.Confirmed, facts, state with { Confirmed = true });
        return Worsen(step, facts, moved);
    }

    /// <summary>Another category or level updates the alert; a lower score within it only refreshes the stored values.</summary>
    private static AlertStep Worsen(AlertStep step, AlertFacts facts, bool moved)
    {
        var state = step.State!;
        if (!IsWorst(state, facts)) return moved ? step.Add(AlertChangeKind.Refreshed, facts, state) : step;
        var worsened = facts.Rank < state.Worst!.Rank;
        state = state with { Worst = facts.ToMark(), FellFrom = facts.Severity == AlertSeverity.Info ? state.FellFrom : null };
        return step.Add(worsened ? AlertChangeKind.Updated : AlertChangeKind.Refreshed, facts, state, worsened && facts.Announced);
    }

    private static bool IsWorst(AlertState state, AlertFacts facts) => state.Worst is not { } worst || facts.Rank < worst.Rank
        || (facts.Rank == worst.Rank && facts.IsWorse(worst.Score));

    /// <summary>
    /// Whether a condition that began without announcement has become worse, or opens an alert by something new, before it was confirmed.
    /// </summary>
    private static bool IsNews(AlertState state, AlertFacts facts) => state.Quietly && facts.Announced && facts.At > state.Since
        && (facts.Rank < state.Worst?.Rank || facts.Condition.AtOnce);

    /// <summary>The condition does not hold.</summary>
    private static AlertStep Release(AlertStep step, AlertTerms terms, AlertFacts facts)
    {
        var state = step.State!;
        if (!state.IsOpen && state.ClosedAt is null) return step.To(state.Cleared());
        state = Turn(state, false, facts);
        if (facts.At - state.Since < terms.ReleaseOf(state, facts.At)) return step.To(state);
        var fallen = state.FellFrom is { } high && facts.Score is { } score && Rounding.ForBounds(high - score) >= terms.FallPoints;
        var resolution = facts.Settled || fallen ? AlertResolution.Settled : AlertResolution.Recovered;
        return Close(step.To(state), facts with { Cause = state.By }, resolution, !state.Quietly);
    }

    /// <summary>
    /// The standing cannot be judged. A condition that was not confirmed begins again later; an open alert stays, and expires after the
    /// release time.
    /// </summary>
    private static AlertStep Wait(AlertStep step, AlertTerms terms, AlertFacts facts)
    {
        var state = step.State!;
        if (!state.IsOpen && state.ClosedAt is null) return step.To(state.Cleared());
        state = state with { UnjudgedSince = state.UnjudgedSince ?? facts.At };
        if (state is { IsOpen: true, Holds: true, Confirmed: false }) state = state with { Holds = false, Since = null };
        return state.IsOpen && facts.At - state.UnjudgedSince >= terms.ReleaseOf(state, facts.At)
            ? Close(step.To(state), facts, AlertResolution.Expired, facts.Announced)
            : step.To(state);
    }

    private static AlertStep Close(AlertStep step, AlertFacts facts, AlertResolution resolution, bool announced)
    {
        var state = step.State!;
        if (state.IsOpen) step = step.Add(AlertChangeKind.Resolved, facts, state, announced && state.Told != 0, resolution);
        return step.To(state.Cleared());
    }

    /// <summary>The alert has not opened again for long enough.</summary>
    private static AlertStep Calm(AlertStep step, AlertFacts facts) =>
        step.State is { IsOpen: true, Flapping: true, FlappingUntil: null } state
            ? step.Add(AlertChangeKind.Refreshed, facts, state with { Flapping = false })
            : step;

    private static AlertStep EndSnooze(AlertStep step, AlertFacts facts) =>
        step.State is { IsOpen: true, SnoozedUntil: { } until } state && until <= facts.At
            ? step.Add(AlertChangeKind.SnoozeEnded, facts, state with { SnoozedUntil = null }, announced: true)
            : step;

    /// <summary>An open alert has its account's present owner, segment and ARR.</summary>
    private static AlertStep Follow(AlertStep step, AlertFacts facts)
    {
        if (step.State is not { IsOpen: true } state || state.Account == facts.Account) return step;
        state = state with { Account = facts.Account };
        return step.Changes.Count == 0 ? step.Add(AlertChangeKind.Refreshed, facts, state) : step.To(state);
    }

    /// <summary>The state with what the condition does now, and since when and why it does.</summary>
    private static AlertState Turn(AlertState state, bool holds, AlertFacts facts)
    {
        if (state.UnjudgedSince is not null) state = state with { UnjudgedSince = null };
        if (state.Holds == holds && state.Since is not null) return state;
        state = state with { Holds = holds, Since = facts.At, By = facts.Cause, Quietly = !facts.Announced };
        return state.IsOpen || state.ClosedAt is not null ? state : state with { From = facts.Before };
    }
}
