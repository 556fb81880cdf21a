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
        derivation.Set(Signal.LoginDays30, LoginDays(usage.Ledger.DaysAfter(derivation.AsOf - Windows.Days30)), usage.Newest);
        derivation.Set(Signal.DaysSinceLastActivity, Math.Max(0, Instants.WholeDays(usage.Newest, derivation.AsOf)), usage.Newest);
    }

    /// <param name="days">The number of UTC dates with usage in the window.</param>
    public static double LoginDays(int days) => Math.Min(MostDays, days);

    private static void Volume(Derivation derivation, UsageFigures usage)
    {
        var volume = VolumeSignals.Of(usage.Ledger.WindowsAt(derivation.AsOf).Sum(), derivation.Account);
        derivation.Set(Signal.Logins30, volume.Logins, usage.Newest);
        derivation.Set(Signal.UsageVolume30, volume.Volume, usage.Newest);
        derivation.Set(Signal.VolumeRatio, volume.Ratio, usage.Newest);
        derivation.Set(Signal.ContractUtilisation, volume.Utilisation, usage.Newest);
        derivation.Set(Signal.UsageChange30, volume.Change, usage.Newest);
    }
}
