using HealthApi.Core.Evaluation;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>Explains why a score changed between two standings.</summary>
public static class ChangeExplainer
{
    /// <summary>The change from one standing to another, with its parts.</summary>
    /// <param name="withoutNews">
    /// The signals at the later instant without the data received since the earlier one; they separate the effect of time from that of new
    /// data.
    /// </param>
    public static ScoreChange Between(AccountStanding before, SignalSet withoutNews, AccountStanding after)
    {
        var (from, to) = (ScoreBasis.Of(before), ScoreBasis.Of(after));
        return new ScoreChange(before, after, to.Shown - from.Shown, ScoreParts.Between(from, withoutNews, to));
    }
}
