using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>
/// Splits a score's move into parts. Measure by measure the old values are replaced by the new ones, once in the model's order and once against
/// it; a measure's part is the mean of the two steps it makes, so no measure gains by its place and all parts together are the move. What another
/// model and an override do comes on top, as it stands on the new values.
/// </summary>
public static class ChangeExplainer
{
    /// <summary>The move from one standing to another.</summary>
    /// <param name="unheard">The signals at the later instant if nothing had been told since the earlier: tells time's part from that of news.</param>
    public static ScoreChange Between(AccountStanding before, SignalSet unheard, AccountStanding after)
    {
        var parts = MeasureParts.Of(before, unheard, after).Concat(ModelParts(before, after)).Concat(OverrideParts(before, after)).ToList();
        var change = Shown(after) - Shown(before);
        var tenths = Apportionment.InTenths([.. parts.Select(part => part.Change)], change);

        // Rounded scores can differ where nothing is known to have moved them: only by floating-point dust, and then by nothing.
        var shown = parts.Zip(tenths, (part, points) => new ChangePart(part.Component, part.Signal, part.Cause, points, part.Detail));
        return new ScoreChange(before, after, change, [.. shown.Where(part => part.Change != 0).OrderByDescending(part => Math.Abs(part.Change))]);
    }

    private static decimal Shown(AccountStanding standing) => standing.Health.Score is { } score ? (decimal)Rounding.ForDisplay(score) : 0;

    /// <summary>The new values, judged by the old model and by the new.</summary>
    private static IEnumerable<RawPart> ModelParts(AccountStanding before, AccountStanding after)
    {
        if (before.Judgement.ModelKey == after.Judgement.ModelKey) return [];
        var detail = $"{before.Judgement.ModelKey} was followed by {after.Judgement.ModelKey}";
        var old = HealthScorer.Score(before.Judgement.Model, after.Signals).Components.ToDictionary(component => component.Id, component => component.Contribution);
        var now = after.Measured.Components.ToDictionary(component => component.Id, component => component.Contribution);
        return now.Keys.Union(old.Keys)
            .Select(id => new RawPart(id, null, ChangeCause.Model, now.GetValueOrDefault(id) - old.GetValueOrDefault(id), detail)).Where(part => part.Change != 0);
    }

    private static IEnumerable<RawPart> OverrideParts(AccountStanding before, AccountStanding after)
    {
        var change = after.OverridePoints - before.OverridePoints;
        if (change == 0) return [];
        var detail = (before.Override, after.Override) switch
        {
            (null, { } stated) => $"{stated.SetBy}: {stated.Reason}",
            ({ } stated, null) => $"the override by {stated.SetBy} is over",
            (_, { } stated) => $"{stated.SetBy}: {stated.Reason}",
            _ => "",
        };
        return [new RawPart(null, null, ChangeCause.Override, change, detail)];
    }
}

/// <summary>A part before it is rounded.</summary>
internal sealed record RawPart(string? Component, Signal? Signal, ChangeCause Cause, double Change, string Detail);
