using HealthApi.Api.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/health</c>.</summary>
internal sealed record HealthView
{
    /// <summary>A change of at most this many points counts as stable.</summary>
    private const double StablePoints = 1;

    public required string AccountId { get; init; }

    public double? Score { get; init; }

    public required string Category { get; init; }

    public string? PreviousCategory { get; init; }

    public required ModelReference Model { get; init; }

    public double Coverage { get; init; }

    public required string Confidence { get; init; }

    /// <summary>The instant of the standing.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The same as <see cref="AsOf"/>, named as the counterpart of <see cref="ComputedAt"/>.</summary>
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>When the standing was computed, from all that was known then.</summary>
    public DateTimeOffset ComputedAt { get; init; }

    /// <summary>Whether events that were received after <see cref="EffectiveAt"/> have changed the standing.</summary>
    public bool Restated { get; init; }

    /// <summary>The standing that was shown at the time; null unless restated.</summary>
    public ShownThenView? ShownThen { get; init; }

    /// <summary>Score and category without an override.</summary>
    public required HealthSummary Measured { get; init; }

    public required TrendView Trend { get; init; }

    public required IEnumerable<ComponentView> Components { get; init; }

    public OverrideView? Override { get; init; }

    public required RiskSummary ChurnRisk { get; init; }

    public static HealthView Of(ReadStanding read)
    {
        var (at, standing, health) = (read.Standing, read.Standing.Now, read.Standing.Now.Health);
        return new HealthView
        {
            AccountId = standing.Account.Id,
            Score = Rounding.ForDisplay(health.Score),
            Category = health.Category,
            PreviousCategory = read.PreviousCategory,
            Model = new ModelReference(standing.Judgement.Model.Id, standing.Judgement.Model.Version),
            Coverage = Rounding.ForBounds(health.Coverage),
            Confidence = Core.Explaining.Confidence.Of(standing),
            AsOf = standing.AsOf,
            EffectiveAt = standing.AsOf,
            ComputedAt = at.ComputedAt,
            Restated = at.Restated,
            ShownThen = at.ShownThen is { } shown ? ShownThenView.Of(shown) : null,
            Measured = HealthSummary.Of(standing.Measured.Score, standing.Measured.Category),
            Override = standing.Override is { } stated ? OverrideView.Of(stated) : null,
            Trend = Trending(health.Score, read),
            Components = health.Components.Select(component => ComponentView.Of(component, standing)),
            ChurnRisk = RiskSummary.Of(standing.Risk.Score, standing.Risk.Level),
        };
    }

    private static TrendView Trending(double? score, ReadStanding read)
    {
        var (change7, change30) = (Rounding.ForDisplay(score - read.ScoreBefore7), Rounding.ForDisplay(score - read.ScoreBefore30));
        var direction = (change7 ?? change30) switch
        {
            null => "unknown",
            > StablePoints => "improving",
            < -StablePoints => "declining",
            _ => "stable",
        };
        return new TrendView(change7, change30, direction);
    }
}

/// <summary>The standing of an account by the events that had been received at the time.</summary>
internal sealed record ShownThenView(double? Score, string Category, RiskSummary ChurnRisk)
{
    public static ShownThenView Of(AccountStanding standing) => new(
        Rounding.ForDisplay(standing.Health.Score), standing.Health.Category, RiskSummary.Of(standing.Risk.Score, standing.Risk.Level));
}

internal sealed record ModelReference(string Id, int Version);

/// <summary>
/// The change of the score, in points, over 7 and 30 days; null if there was no score then. The direction is that of the shorter period
/// with a score.
/// </summary>
internal sealed record TrendView(double? Change7, double? Change30, string Direction);

internal sealed record ComponentView(string Id, double Weight, double? Score, double Contribution, IEnumerable<MeasureView> Measures)
{
    public static ComponentView Of(ComponentScore component, AccountStanding standing) => new(
        component.Id,
        Rounding.ForBounds(component.Weight),
        Rounding.ForDisplay(component.Score),
        Rounding.ForBounds(component.Contribution),
        component.Measures.Select(measure => new MeasureView(
            SignalCatalogue.Get(measure.Signal).Name, measure.Value.ToObject(), measure.Points is { } points ? Rounding.ForBounds(points)
            : null, standing.Signals.EvidenceAt(measure.Signal), standing.Silent.IsStale(measure.Signal))));
}

/// <param name="Stale">Whether the source of the signal has been silent for longer than usual.</param>
internal sealed record MeasureView(string Signal, object? Value, double? Points, DateTimeOffset? AsOf, bool Stale);
