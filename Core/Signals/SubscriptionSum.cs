using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>What the subscriptions of an account come to at an instant (domain.md §2a).</summary>
internal sealed class SubscriptionSum
{
    /// <summary>A renewal told without a new date covers the dates up to so long after it.</summary>
    private const long RenewalCovers = 120 * Instants.Day;

    /// <summary>Money has this many decimals, and sums are capped so that twelve times them can be stored.</summary>
    private const int MoneyDecimals = 4;
    private const decimal MostMrr = 5_000_000_000_000m;

    private readonly List<(string Name, SubscriptionState State)> _all;
    private readonly List<SubscriptionState> _running;

    private SubscriptionSum(List<(string Name, SubscriptionState State)> all) =>
        (_all, _running) = (all, [.. all.Select(one => one.State).Where(one => one.Runs)]);

    /// <summary>Whether any subscription is known.</summary>
    public bool IsKnown => _all.Count > 0;

    /// <summary>Newest statement or end that decides MRR and licences; none where nothing is known.</summary>
    public long ToldAt => _all.Count == 0 ? Instants.None : _all.Max(one => ToldOf(one.State));

    /// <summary>Seats of those that run; null where one runs and none ever told its seats.</summary>
    public int? Licences => _running.Count == 0 ? IsKnown ? 0 : null
        : _all.Any(one => one.State.Licences is not null) ? (int)Math.Min(int.MaxValue, _running.Sum(one => (long)(one.Licences ?? 0)))
            : null;

    /// <summary>When the last of them ended; none while one runs or is suspended.</summary>
    public long ChurnedAt => IsKnown && _all.TrueForAll(one => one.State.HasEnded) ? _all.Max(one => one.State.End) : Instants.None;

    /// <summary>When the newest of them began to run, as far as it was told; none where only ends were told.</summary>
    public long NewestStart =>
        _all.Count == 0 ? Instants.None : _all.Max(one => one.State.Restarted ? one.State.LastRunning : one.State.FirstRunning);

    /// <summary>When the last one ends, where the end of each is set; none where one goes on, or none runs.</summary>
    public long ScheduledEnd =>
        _running.Count > 0 && _running.TrueForAll(one => one.End != Instants.None) ? _running.Max(one => one.End) : Instants.None;

    /// <summary>Newest statement about the end of one that runs.</summary>
    public long EndToldAt => _running.Count == 0 ? Instants.None : _running.Max(one => one.TermToldAt);

    /// <summary>Whether anything is said of renewals: a date, or that there is none.</summary>
    public bool SaysRenewal =>
        IsKnown && (_running.Count == 0 || _running.Exists(one => one.Renewal != Instants.None || one.RenewsByItself));

    /// <summary>Newest statement about terms, or the end of the last subscription.</summary>
    public long RenewalToldAt => _running.Count == 0 ? ToldAt : _running.Max(one => one.TermToldAt);

    /// <summary>
    /// The subscription whose term ends first; one that is renewed, but not yet to which date, comes after the others. Of several the one
    /// that was told last.
    /// </summary>
    public SubscriptionState? NextRenewal => _running.Where(one => one.Renewal != Instants.None)
        .MinBy(one => (Covers(one.RenewedUndated, one.Renewal), one.Renewal, -one.TermToldAt, -one.RenewedUndated));

    /// <summary>The newest renewal of any of them that states no date.</summary>
    public long RenewedUndated => _all.Count == 0 ? Instants.None : _all.Max(one => one.State.RenewedUndated);

    /// <summary>The subscriptions at an instant, by all that was said.</summary>
    public static SubscriptionSum At(SubscriptionFigures figures, long asOf) => new(figures.At(asOf, long.MaxValue));

    /// <summary>The subscriptions at an instant, by what was said up to it.</summary>
    public static SubscriptionSum AsSaidBy(SubscriptionFigures figures, long asOf) => new(figures.At(asOf, asOf));

    public static bool Covers(long renewedUndated, long renewal) =>
        renewedUndated != Instants.None && renewal <= renewedUndated + RenewalCovers;

    /// <summary>
    /// The currency of the account's figures: its own where one that runs is in it or states none; else the one that most is paid in.
    /// </summary>
    public string Currency(string own)
    {
        if (_running.Count == 0 || _running.Exists(one => one.Currency is null || one.Currency == own)) return own;
        return _running.GroupBy(one => one.Currency!, StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(one => one.Mrr ?? 0)).ThenBy(group => group.Key, StringComparer.Ordinal).First().Key;
    }

    /// <summary>MRR of those that run in a currency; null where one runs and none ever told its MRR.</summary>
    /// <param name="currency">Those that state none are in it.</param>
    public decimal? Mrr(string currency)
    {
        if (_running.Count == 0) return IsKnown ? 0 : null;
        if (!_all.Exists(one => one.State.Mrr is not null)) return null;
        var sum = _running.Where(one => one.Currency is null || one.Currency == currency).Sum(one => one.Mrr ?? 0);
        return Money.Normalise(decimal.Round(Math.Min(sum, MostMrr), MoneyDecimals));
    }

    private static long ToldOf(SubscriptionState state) =>
        Math.Max(state.ToldAt, state.Restarted ? state.LastRunning : state.HasEnded ? state.End : Instants.None);
}
