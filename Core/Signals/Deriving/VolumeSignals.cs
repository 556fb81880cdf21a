using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>The signals that are derived from sums of usage.</summary>
internal readonly record struct VolumeSignals(
    SignalValue Logins, SignalValue Volume, SignalValue Ratio, SignalValue Utilisation, SignalValue Change)
{
    public static VolumeSignals Of(UsageSums sums, Account account)
    {
        var volume = Quantity.ToDouble(sums.Present);
        return new VolumeSignals(
            SignalValue.Of((double)sums.Logins),
            SignalValue.Of(volume),
            SignalValue.Of(Ratios.Capped(volume, (double?)account.ExpectedMonthlyVolume)),
            SignalValue.Of(Ratios.Capped(volume, (double?)account.ContractedUsage)),
            SignalValue.Of(Ratios.Change((double)sums.Present, (double)sums.Previous)));
    }

    public static bool AreUsed(SignalUses uses) => uses.Any(
        Signal.Logins30, Signal.UsageVolume30, Signal.VolumeRatio, Signal.ContractUtilisation, Signal.UsageChange30);

    /// <summary>The ranges around the values in which nothing changes.</summary>
    public VolumePlateaus Plateaus(SignalUses uses) => new(
        uses.PlateauAround(Signal.Logins30, Logins), uses.PlateauAround(Signal.UsageVolume30, Volume),
        uses.PlateauAround(Signal.VolumeRatio, Ratio), uses.PlateauAround(Signal.ContractUtilisation, Utilisation),
        uses.PlateauAround(Signal.UsageChange30, Change));

    public bool IsSame(VolumeSignals other, SignalUses uses) => uses.IsSame(Signal.Logins30, Logins, other.Logins)
        && uses.IsSame(Signal.UsageVolume30, Volume, other.Volume) && uses.IsSame(Signal.VolumeRatio, Ratio, other.Ratio)
        && uses.IsSame(Signal.ContractUtilisation, Utilisation, other.Utilisation)
        && uses.IsSame(Signal.UsageChange30, Change, other.Change);
}

internal readonly record struct VolumePlateaus(Plateau Logins, Plateau Volume, Plateau Ratio, Plateau Utilisation, Plateau Change)
{
    public bool Hold(VolumeSignals values) => Logins.Holds(values.Logins) && Volume.Holds(values.Volume) && Ratio.Holds(values.Ratio)
        && Utilisation.Holds(values.Utilisation) && Change.Holds(values.Change);
}
