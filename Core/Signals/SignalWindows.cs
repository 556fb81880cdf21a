using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>How far signals look back.</summary>
public static class SignalWindows
{
    /// <summary>
    /// The longest window over which a signal counts events: <c>csatDecliningMonths</c> compares thirteen windows of 30 days, 390 days in
    /// all.
    /// </summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMicroseconds(Math.Max(Horizons.Csat, Windows.Days365));
}
