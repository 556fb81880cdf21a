using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>The sum of an account's subscriptions at an instant (domain.md §2a).</summary>
internal sealed class SubscriptionSum
{
    /// <summary>A renewal without a new date covers renewal dates up to this long after it.</summary>
    private const long RenewalCovers = 120 * Instants.Day;

    /// <summary>
    /// The number of decimals of money. Sums are capped at <see cref="MostMrr"/>, so that twelve times a sum can be stored.
    /// </summary>
    private const int MoneyDecimals = 4;
    private const decimal MostMrr = 5_000_000_000_000m;

    private readonly List<(string Name, SubscriptionState State)> _all;
    private readonly List<SubscriptionState> _running;

    private SubscriptionSum(List<(string Name, SubscriptionState State)> all) =>
        (_all, _running) = (all, [.. all.Select(one => one.State).Where(one => one.Runs)]);

    /// <summary>Whether any subscription is known.</summary>
    public bool IsKnown => _all.Count > 0;

    /// <summary>The instant of the newest statement or end that determines MRR and licences; none if no subscription is known.</summary>
    public long StatedAt => _all.Count == 0 ? Instants.None : _all.Max(one => StatedAtOf(one.State));

    /// <summary>
    /// The seats of the running subscriptions. Null if no subscription is known, or if one runs and no subscription states its seats.
    /// </summary>
    public int? Licences => _running.Count == 0 ? IsKnown ? 0 : null
        : _all.Any(one => one.State.Licences is not null) ? (int)Math.Min(int.MaxValue, _running.Sum(one => (long)(one.Licences ?? 0)))
            : null;

    /// <summary>The instant at which the last subscription ended; none while one runs or is suspended.</summary>
    public long ChurnedAt => IsKnown && _all.TrueForAll(one => one.State.HasEnded) ? _all.Max(one => one.State.End) : Instants.None;

    /// <summary>The instant at which the newest subscription began; none if only ends are stated.</summary>
    public long NewestStart =>
        _all.Count == 0 ? Instants.None : _all.Max(one => one.State.Restarted ? one.State.LastRunning : one.State.FirstRunning);

    /// <summary>The end of the running subscription that ends last; none if one of them has no end or if none runs.</summary>
    public long ScheduledEnd =>
        _running.Count > 0 && _running.TrueForAll(one => one.End != Instants.None) ? _running.Max(one => one.End) : Instants.None;

    /// <summary>The instant of the newest statement about the term or end of a running subscription.</summary>
    public long EndStatedAt => _running.Count == 0 ? Instants.None : _running.Max(one => one.TermStatedAt);

    /// <summary>Whether the subscriptions state a renewal date or that there is no renewal.</summary>
    public bool StatesRenewal =>
        IsKnown && (_running.Count == 0 || _running.Exists(one => one.Renewal != Instants.None || one.RenewsByItself));

    /// <summary>The instant of the newest statement about terms, or the end of the last subscription.</summary>
    public long RenewalStatedAt => _running.Count == 0 ? StatedAt : _running.Max(one => one.TermStatedAt);

    /// <summary>
    /// The running subscription with the earliest renewal date. A subscription that was already renewed, without a new date, comes after
    /// the others. Of equal ones the one with the newest statement is taken.
    /// </summary>
    public SubscriptionState? NextRenewal => _running.Where(one => one.Renewal != Instants.None)
        .MinBy(one => (Covers(one.RenewedUndated, one.Renewal), one.Renewal, -one.TermStatedAt, -one.RenewedUndated));

    /// <summary>The instant of the newest renewal, of any subscription, that states no date.</summary>
    public long RenewedUndated => _all.Count == 0 ? Instants.None : _all.Max(one => one.State.RenewedUndated);

    /// <summary>The subscriptions at an instant, from all events.</summary>
    public static SubscriptionSum At(SubscriptionFigures figures, long asOf) => new(figures.At(asOf, long.MaxValue));

    /// <summary>The subscriptions at an instant, from the events up to that instant.</summary>
    public static SubscriptionSum AsStatedBy(SubscriptionFigures figures, long asOf) => new(figures.At(asOf, asOf));

    public static bool Covers(long renewedUndated, long renewal) =>
        renewedUndated != Instants.None && renewal <= renewedUndated + RenewalCovers;

    /// <summary>
    /// The currency of the account's amounts: the account's own if a running subscription has it or states none, else the currency with the
    /// highest total MRR.
    /// </summary>
    public string Currency(string own)
    {
        if (_running.Count == 0 || _running.Exists(one => one.Currency is null || one.Currency == own)) return own;
        return _running.GroupBy(one => one.Currency!, StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(one => one.Mrr ?? 0)).ThenBy(group => group.Key, StringComparer.Ordinal).First().Key;
    }

    /// <summary>
    /// The MRR of the running subscriptions in a currency. Null if no subscription is known, or if one runs and no subscription states its
    /// MRR.
    /// </summary>
    /// <param name="currency">The currency; it also applies to subscriptions that state none.</param>
    public decimal? Mrr(string currency)
    {
        if (_running.Count == 0) return IsKnown ? 0 : null;
        if (!_all.Exists(one => one.State.Mrr is not null)) return null;
        var sum = _running.Where(one => one.Currency is null || one.Currency == currency).Sum(one => one.Mrr ?? 0);
        return Money.Normalise(decimal.Round(Math.Min(sum, MostMrr), MoneyDecimals));
    }

    private static long StatedAtOf(SubscriptionState state) =>
        Math.Max(state.StatedAt, state.Restarted ? state.LastRunning : state.HasEnded ? state.End : Instants.None);
}
