namespace HealthApi.Core.Alerts;

/// <summary>The state of the alerts of one metric after a standing, and what was decided.</summary>
public readonly record struct AlertStep(AlertState? State, IReadOnlyList<AlertChange> Changes)
{
    /// <summary>Nothing was and is of concern.</summary>
    public static readonly AlertStep None = new(null, []);

    /// <summary>The same decisions with another state.</summary>
    internal AlertStep To(AlertState state) => this with { State = state };

    /// <summary>One more decision. It takes the next number, and the state remembers whether it was announced.</summary>
    /// <param name="state">The state after the decision, with the number of the open alert.</param>
    internal AlertStep Add(
        AlertChangeKind kind, AlertFacts facts, AlertState state, bool announced = false, AlertResolution? resolution = null)
    {
        var number = kind == AlertChangeKind.Refreshed ? state.Changes : state.Changes + 1;
        var worst = state.Worst ?? facts.ToMark();
        var change = new AlertChange
        {
            AlertId = AlertId.Of(facts.AccountId, facts.AccountSince, facts.Metric, state.Open),
            AccountId = facts.AccountId,
            Metric = facts.Metric,
            Number = number,
            Kind = kind,
            At = facts.At,
            Cause = facts.Cause,
            Announced = announced,
            Severity = worst.Severity,
            Worst = worst,
            Now = facts.ToMark(),
            Confirmed = state.Confirmed,
            Flapping = state.Flapping,
            SnoozedUntil = state.SnoozedUntil,
            Resolution = resolution,
            Crossings = state.Crossings,
        };
        var told = announced && state.Told == 0 ? number : state.Told;
        return new AlertStep(state with { Changes = number, Told = told }, [.. Changes, change]);
    }
}
