using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>Derives the usage signals; missing before the first usage event.</summary>
internal static class UsageSignals
{
    /// <summary>
    /// The most login days. A window of 30 × 24 hours touches 31 dates unless it begins at midnight, so the count is capped at 30.
    /// </summary>
    private const int MostDays = 30;

    public static void Derive(Derivation derivation)
    {
        var usage = derivation.Figures.Usage;
        if (usage.Newest == Instants.None)
        {
            return;
        }

        UserSignals.Derive(derivation);
        AdoptionSignals.Derive(derivation);
        Volume(derivation, usage);
        derivation.Set(Signal.LoginDays30, Math.Min(MostDays, usage.Ledger.DaysAfter(derivation.AsOf - Windows.Days30)), usage.Newest);
        derivation.Set(Signal.DaysSinceLastActivity, Math.Max(0, Instants.WholeDays(usage.Newest, derivation.AsOf)), usage.Newest);
    }

    private static void Volume(Derivation derivation, UsageFigures usage)
    {
        var month = derivation.AsOf - Windows.Days30;
        var (current, logins) = usage.Ledger.Sum(month);
        var (previous, _) = usage.Ledger.Sum(month - Windows.Days30, month);
        var volume = Quantity.ToDouble(current);
        derivation.Set(Signal.Logins30, logins, usage.Newest);
        derivation.Set(Signal.UsageVolume30, volume, usage.Newest);
        derivation.Set(Signal.VolumeRatio, Ratios.Capped(volume, (double?)derivation.Account.ExpectedMonthlyVolume), usage.Newest);
        derivation.Set(Signal.ContractUtilisation, Ratios.Capped(volume, (double?)derivation.Account.ContractedUsage), usage.Newest);
        derivation.Set(Signal.UsageChange30, Ratios.Change((double)current, (double)previous), usage.Newest);
    }
}
