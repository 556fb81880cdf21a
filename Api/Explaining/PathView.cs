using HealthApi.Core.Explaining;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Explaining;

internal sealed record PathView(
    string AccountId, string From, string To, double? Score, IEnumerable<PathStepView> Steps, PathProofView Proven)
{
    public static PathView Of(string accountId, HealthPath path, PathSearch search) => new(
        accountId, path.From, path.To, Rounding.ForDisplay(path.Score), path.Steps.Select(PathStepView.Of),
        new PathProofView(search.IsFewest, search.IsLeastEffort));
}

/// <summary>Whether no smaller set reaches the category, and whether every set of that size was compared.</summary>
internal sealed record PathProofView(bool Fewest, bool LeastEffort);

internal sealed record PathStepView(string Signal, object? Value, object? Target, decimal Gain)
{
    public static PathStepView Of(PathStep step) => new(step.Signal.Name(), step.Value.ToObject(), step.Target.ToObject(), step.Gain);
}
