namespace HealthApi.Core.Signals;

/// <summary>
/// Decides whether a source of events has fallen silent, compared with its own rhythm. The gaps are the days between successive UTC days on
/// which the account had an event of the family. The usual gap is their 95th percentile (nearest rank), so weekends and occasional pauses
/// are usual. A source is silent if nothing has arrived for more than 1.5 times the usual gap and for more than two days. With fewer than
/// four gaps there is no rhythm yet: the limit is then 30 days (the length of most windows), or 1.5 times the longest gap if that is
/// longer. A family whose events are all older than the look-back is stale.
/// </summary>
public static class SourceRhythm
{
    /// <summary>The period over which gaps are counted.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromDays(180);

    private const int FewestGaps = 4;
    private const double UsualShare = 0.95, Tolerance = 1.5, ShortestSilence = 2, SilenceWithoutRhythm = 30;

    /// <param name="days">The distinct days (since 1970-01-01) within the look-back that have an event of the family, ascending.</param>
    /// <param name="newest">
    /// The time of the newest event of the family; null if there is none: then the family is missing, not stale.
    /// </param>
    public static bool IsStale(IReadOnlyList<int> days, DateTimeOffset? newest, DateTimeOffset asOf) =>
        newest is { } last && (asOf - last).TotalDays > LongestUsualSilence(days);

    /// <summary>Whether the silence is long enough that the rhythm must be checked.</summary>
    public static bool MayBeStale(DateTimeOffset newest, DateTimeOffset asOf) => (asOf - newest).TotalDays > ShortestSilence;

    /// <summary>The longest silence that is usual, in days.</summary>
    internal static double LongestUsualSilence(IReadOnlyList<int> days)
    {
        var gaps = days.Zip(days.Skip(1), (earlier, later) => later - earlier).Order().ToArray();
        var usual = gaps.Length == 0 ? 0 : gaps[(int)Math.Ceiling(gaps.Length * UsualShare) - 1];
        return Math.Max(Tolerance * usual, gaps.Length < FewestGaps ? SilenceWithoutRhythm : ShortestSilence);
    }
}
