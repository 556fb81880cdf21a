namespace HealthApi.Core.Signals;

/// <summary>
/// Decides whether a source of events has fallen silent, compared with its own rhythm. The gaps are the days between successive UTC days
/// on which the account had an event of the family, in the 180 days before the newest one: the limit does not change while nothing comes.
/// The usual gap is their 95th percentile (nearest rank), so weekends and occasional pauses are usual. A source is silent if nothing has
/// arrived for more than 1.5 times the usual gap and for more than two days. With fewer than four gaps there is no rhythm yet: the limit
/// is then 30 days (the length of most windows), or 1.5 times the longest gap if that is longer.
/// </summary>
public static class SourceRhythm
{
    /// <summary>The whole days before the newest one over which gaps are counted.</summary>
    public const int LookBackDays = 180;

    private const int FewestGaps = 4;
    private const double UsualShare = 0.95, Tolerance = 1.5, ShortestSilence = 2, SilenceWithoutRhythm = 30;

    /// <summary>The silence that is usual for every source.</summary>
    public static TimeSpan Shortest { get; } = TimeSpan.FromDays(ShortestSilence);

    /// <summary>The longest silence that is usual.</summary>
    /// <param name="gaps">In days, in any order; they are sorted.</param>
    public static TimeSpan LongestUsualSilence(Span<int> gaps)
    {
        gaps.Sort();
        var usual = gaps.Length == 0 ? 0 : gaps[(int)Math.Ceiling(gaps.Length * UsualShare) - 1];
        return TimeSpan.FromDays(
            Math.Max(Tolerance * usual, gaps.Length < FewestGaps ? SilenceWithoutRhythm : ShortestSilence));
    }
}
