namespace HealthApi.Core.Signals;

/// <summary>
/// Whether a source has fallen silent, judged by its own rhythm. The rhythm is the gaps, in days, between the successive UTC days on which
/// the account had an event of the family. The usual gap is the 95th percentile of those (nearest rank), so weekends and the odd pause are
/// usual. A source is silent for longer than it usually is when nothing has come for more than one and a half times the usual gap, and for
/// more than two days. With fewer than four gaps there is no rhythm yet: then 30 days, the length of most windows, or longer where a gap
/// was longer. What was fed once but not within the days looked at is stale.
/// </summary>
public static class SourceRhythm
{
    /// <summary>How far back gaps are looked at.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromDays(180);

    private const int FewestGaps = 4;
    private const double UsualShare = 0.95, Tolerance = 1.5, ShortestSilence = 2, SilenceWithoutRhythm = 30;

    /// <param name="days">The distinct days (since 1970-01-01) of the look-back with an event of the family, ascending.</param>
    /// <param name="newest">When the newest event of the family happened; null where it was never fed, which is missing, not stale.</param>
    public static bool IsStale(IReadOnlyList<int> days, DateTimeOffset? newest, DateTimeOffset asOf) =>
        newest is { } last && (asOf - last).TotalDays > LongestUsualSilence(days);

    /// <summary>Whether a source is silent for so long that its rhythm must be looked at.</summary>
    public static bool MayBeStale(DateTimeOffset newest, DateTimeOffset asOf) => (asOf - newest).TotalDays > ShortestSilence;

    /// <summary>In days.</summary>
    internal static double LongestUsualSilence(IReadOnlyList<int> days)
    {
        var gaps = days.Zip(days.Skip(1), (earlier, later) => later - earlier).Order().ToArray();
        var usual = gaps.Length == 0 ? 0 : gaps[(int)Math.Ceiling(gaps.Length * UsualShare) - 1];
        return Math.Max(Tolerance * usual, gaps.Length < FewestGaps ? SilenceWithoutRhythm : ShortestSilence);
    }
}
