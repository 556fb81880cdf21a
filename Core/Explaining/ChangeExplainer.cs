using HealthApi.Core.Evaluation;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Explaining;

/// <summary>Tells why a score moved between two standings.</summary>
public static class ChangeExplainer
{
    /// <summary>The move from one standing to another.</summary>
    /// <param name="unheard">The signals at the later instant if nothing had been told since the earlier: tells time's part from that of
    /// news.</param>
    public static ScoreChange Between(AccountStanding before, SignalSet unheard, AccountStanding after)
    {
        var (from, to) = (ScoreBasis.Of(before), ScoreBasis.Of(after));
        return new ScoreChange(before, after, to.Shown - from.Shown, ScoreParts.Between(from, unheard, to));
    }
}
