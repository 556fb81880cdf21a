using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>
/// Derives the adoption signals: the share of all features and of core features in use, and the days until the first use of a core feature.
/// </summary>
internal static class AdoptionSignals
{
    public static void Derive(Derivation derivation)
    {
        var usage = derivation.Figures.Usage;
        var month = derivation.AsOf - Windows.Days30;
        var used = 0L;
        foreach (var use in usage.Features.Values)
        {
            used += use.Last > month ? 1 : 0;
        }

        var counted = usage.Snapshots.FeaturesUsed;
        var features = Math.Max(used, counted.Instant > month ? counted.Value : 0);
        derivation.Set(Signal.FeatureAdoption, Ratios.Capped(features, derivation.Account.FeaturesAvailable), usage.Newest);
        Core(derivation, usage);
    }

    private static void Core(Derivation derivation, UsageFigures usage)
    {
        var names = derivation.Account.CoreFeatures;
        var (used, distinct, firstUse) = (0, 0, long.MaxValue);
        for (var index = 0; index < names.Count; index++)
        {
            if (IsRepeated(names, index))
            {
                continue;
            }

            distinct++;
            if (usage.Features.Find(names[index]) is var found and >= 0)
            {
                var use = usage.Features.Values[found];
                used += Windows.Holds(Windows.Days30, use.Last, derivation.AsOf) ? 1 : 0;
                firstUse = Math.Min(firstUse, use.First);
            }
        }

        derivation.Set(Signal.CoreFeatureAdoption, Ratios.Capped(used, (double)distinct), usage.Newest);
        if (firstUse != long.MaxValue && derivation.Account.CustomerSince is { } since)
        {
            derivation.Set(Signal.DaysToFirstValue, Instants.WholeDays(Instants.Of(since), firstUse), firstUse);
        }
    }

    private static bool IsRepeated(IReadOnlyList<string> names, int index)
    {
        for (var earlier = 0; earlier < index; earlier++)
        {
            if (names[earlier] == names[index])
            {
                return true;
            }
        }

        return false;
    }
}
