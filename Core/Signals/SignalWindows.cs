using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>The lookback of signals.</summary>
public static class SignalWindows
{
    /// <summary>
    /// The longest window over which a signal counts events: 390 days, because <c>csatDecliningMonths</c> compares thirteen windows of 30
    /// days.
    /// </summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMicroseconds(Math.Max(Horizons.Csat, Windows.Days365));
}
