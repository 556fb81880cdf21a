using HealthApi.Core.Accounts;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>What a health score rests on.</summary>
/// <param name="Score">The score as it is shown, an override included; null without one.</param>
/// <param name="OverridePoints">Points by which the override moves it.</param>
internal sealed record ScoreBasis(HealthModel Model, SignalSet Signals, double? Score, AccountOverride? Override, double OverridePoints)
{
    /// <summary>Points as shown, in tenths; no score counts as 0.</summary>
    public decimal Shown => Score is { } score ? (decimal)Rounding.ForDisplay(score) : 0;

    public string ModelKey => Model.Key;

    public static ScoreBasis Of(AccountStanding standing) =>
        new(standing.Judgement.Model, standing.Signals, standing.Health.Score, standing.Override, standing.OverridePoints);

    /// <summary>Null where what it rested on, or the model, is not known any more.</summary>
    public static ScoreBasis? Of(RememberedStanding remembered, ModelRegistry models) =>
        remembered is { SignalSet: { } signals, JudgedBy: { } key } && models.Find(key) is { } model
            ? new ScoreBasis(model, signals, remembered.Score, remembered.Override, remembered.OverridePoints)
            : null;
}

/// <summary>
/// Splits a score's move into parts. Measure by measure the old values are replaced by the new ones, once in the model's order and once
/// against it; a measure's part is the mean of the two steps it makes, so no measure gains by its place and all parts together are the
/// move. What another model and an override do comes on top, as it stands on the new values.
/// </summary>
internal static class ScoreParts
{
    /// <summary>The parts in tenths of a point, the largest first; they sum exactly to the difference of the two scores as shown.</summary>
    /// <param name="unheard">
    /// The signals at the later instant if nothing had been told since the earlier: tells time's part from that of news. Null where no
    /// cause is asked for.
    /// </param>
    public static IReadOnlyList<ChangePart> Between(ScoreBasis before, SignalSet? unheard, ScoreBasis after)
    {
        var measures = MeasureParts.Of(before, unheard ?? before.Signals, after);
        List<RawPart> parts = [.. measures, .. ModelParts(before, after), .. OverrideParts(before, after)];
        var tenths = Apportionment.InTenths([.. parts.Select(part => part.Change)], after.Shown - before.Shown);

        // Rounded scores can differ where nothing is known to have moved them: only by floating-point dust, and then by nothing.
        var shown = parts.Zip(tenths, (part, points) => new ChangePart(part.Component, part.Signal, part.Cause, points, part.Detail));
        return [.. shown.Where(part => part.Change != 0).OrderByDescending(part => Math.Abs(part.Change))];
    }

    /// <summary>The new values, judged by the old model and by the new.</summary>
    private static IEnumerable<RawPart> ModelParts(ScoreBasis before, ScoreBasis after)
    {
        if (before.ModelKey == after.ModelKey) return [];
        var detail = $"{before.ModelKey} was followed by {after.ModelKey}";
        var old = Contributions(before.Model, after.Signals);
        var now = Contributions(after.Model, after.Signals);
        return now.Keys.Union(old.Keys)
            .Select(id => new RawPart(id, null, ChangeCause.Model, now.GetValueOrDefault(id) - old.GetValueOrDefault(id), detail))
            .Where(part => part.Change != 0);
    }

    private static Dictionary<string, double> Contributions(HealthModel model, SignalSet signals) =>
        HealthScorer.Score(model, signals).Components.ToDictionary(
            component => component.Id, component => component.Contribution, StringComparer.Ordinal);

    private static IEnumerable<RawPart> OverrideParts(ScoreBasis before, ScoreBasis after)
    {
        var change = after.OverridePoints - before.OverridePoints;
        if (change == 0) return [];
        var detail = (before.Override, after.Override) switch
        {
            (_, { } stated) => $"{stated.SetBy}: {stated.Reason}",
            ({ } stated, null) => $"the override by {stated.SetBy} is over",
            _ => "",
        };
        return [new RawPart(null, null, ChangeCause.Override, change, detail)];
    }
}

/// <summary>A part before it is rounded.</summary>
internal sealed record RawPart(string? Component, Signal? Signal, ChangeCause Cause, double Change, string Detail);
