using HealthApi.Core.Accounts;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Evaluation;

/// <summary>A health score with the model, signals and override behind it.</summary>
/// <param name="Score">The score, including the override; null if there is no score.</param>
/// <param name="OverridePoints">The points by which the override changes the score.</param>
internal sealed record ScoreBasis(HealthModel Model, SignalSet Signals, double? Score, AccountOverride? Override, double OverridePoints)
{
    /// <summary>The score as displayed, in tenths of a point; no score counts as 0.</summary>
    public decimal Shown => Score is { } score ? (decimal)Rounding.ForDisplay(score) : 0;

    public string ModelKey => Model.Key;

    public static ScoreBasis Of(AccountStanding standing) =>
        new(standing.Judgement.Model, standing.Signals, standing.Health.Score, standing.Override, standing.OverridePoints);

    /// <summary>Null if the signals or the model are no longer known.</summary>
    public static ScoreBasis? Of(RememberedStanding remembered, ModelRegistry models) =>
        remembered is { SignalSet: { } signals, JudgedBy: { } key } && models.Find(key) is { } model
            ? new ScoreBasis(model, signals, remembered.Score, remembered.Override, remembered.OverridePoints)
            : null;
}

/// <summary>
/// Splits a change of a score into parts. The measures of the old model get their new values one by one, once in the model's order and once
/// in reverse. A measure's part is the mean of its two steps, so its position does not matter, and the parts sum to the change under the
/// old model. Then come the effects of a new model and of an override, on the new values.
/// </summary>
internal static class ScoreParts
{
    /// <summary>
    /// The parts in tenths of a point, the largest first. They sum exactly to the difference of the two displayed scores.
    /// </summary>
    /// <param name="withoutNews">
    /// The signals at the later instant without the data received since the earlier one; they separate the effect of time from that of new
    /// data. Null if causes are not needed.
    /// </param>
    public static IReadOnlyList<ChangePart> Between(ScoreBasis before, SignalSet? withoutNews, ScoreBasis after)
    {
        var measures = MeasureParts.Of(before, withoutNews ?? before.Signals, after);
        List<RawPart> parts = [.. measures, .. ModelParts(before, after), .. OverrideParts(before, after)];
        var tenths = Apportionment.InTenths([.. parts.Select(part => part.Change)], after.Shown - before.Shown);

        // Without any part the rounded scores can differ only by a floating-point error, which is not shown.
        var shown = parts.Zip(tenths, (part, points) => new ChangePart(part.Component, part.Signal, part.Cause, points, part.Detail));
        return [.. shown.Where(part => part.Change != 0).OrderByDescending(part => Math.Abs(part.Change))];
    }

    /// <summary>The effect of a new model: the new values scored by the old model and by the new one.</summary>
    private static IEnumerable<RawPart> ModelParts(ScoreBasis before, ScoreBasis after)
    {
        if (before.ModelKey == after.ModelKey) return [];
        var detail = $"{after.ModelKey} replaced {before.ModelKey}";
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
            ({ } stated, null) => $"the override by {stated.SetBy} has ended",
            _ => "",
        };
        return [new RawPart(null, null, ChangeCause.Override, change, detail)];
    }
}

/// <summary>A part before it is rounded.</summary>
internal sealed record RawPart(string? Component, Signal? Signal, ChangeCause Cause, double Change, string Detail);
