namespace HealthApi.Core.Signals.Figures;

/// <summary>The state of a subscription at an instant (domain.md §2a). Of each fact the newest statement counts.</summary>
internal sealed class SubscriptionState
{
    /// <summary>
    /// A term of at least this many months is a contract whose renewal needs a decision; a shorter one renews automatically.
    /// </summary>
    private const int ContractMonths = 3;

    private readonly long _asOf;
    private long _periodStatedAt = Instants.None, _renewalStatedAt = Instants.None;
    private SubscriptionEntry? _ending;
    private bool _pausedStated;

    /// <param name="entries">At least one, in order.</param>
    public SubscriptionState(ReadOnlySpan<SubscriptionEntry> entries, long asOf)
    {
        _asOf = asOf;
        for (var index = entries.Length - 1; index >= 0; index--) Take(entries[index]);
        End = EndOf();
    }

    public decimal? Mrr { get; private set; }

    public int? Licences { get; private set; }

    public string? Plan { get; private set; }

    public string? Currency { get; private set; }

    public int? TermMonths { get; private set; }

    public bool? AutoRenew { get; private set; }

    public long PeriodEnd { get; private set; } = Instants.None;

    public long RenewalStated { get; private set; } = Instants.None;

    public bool Paused { get; private set; }

    /// <summary>The instant of the first statement that it runs; none if only its end was stated.</summary>
    public long FirstRunning { get; private set; } = Instants.None;

    /// <summary>The instant at which it ends or ended; none if no end is known.</summary>
    public long End { get; }

    /// <summary>Whether it was stated to run after it had ended.</summary>
    public bool Restarted { get; private set; }

    /// <summary>The instant of the newest statement that it runs.</summary>
    public long LastRunning { get; private set; } = Instants.None;

    /// <summary>The instant of the newest statement about MRR, licences, a pause or an end.</summary>
    public long StatedAt { get; private set; } = Instants.None;

    /// <summary>The instant of the newest statement about the term or its end.</summary>
    public long TermStatedAt { get; private set; } = Instants.None;

    /// <summary>The instant of the newest renewal that does not state the date of the next one.</summary>
    public long RenewedUndated { get; private set; } = Instants.None;

    public bool HasEnded => End != Instants.None && End <= _asOf;

    public bool Runs => Status == SubscriptionStatus.Running;

    public SubscriptionStatus Status =>
        HasEnded ? SubscriptionStatus.Ended : Paused ? SubscriptionStatus.Paused : SubscriptionStatus.Running;

    /// <summary>Whether it was cancelled at the end of its period and the cancellation was not withdrawn.</summary>
    public bool CancelsAtPeriodEnd => _ending is { CancelAtPeriodEnd: true } && !Restarted;

    /// <summary>
    /// The renewal date: the end of the term, if the renewal needs a decision. None if it needs none or if there is no date.
    /// </summary>
    public long Renewal => NeedsDecision ? End != Instants.None ? End : TermEnd : Instants.None;

    /// <summary>Whether its stated term is short and it renews automatically, so that there is no renewal date.</summary>
    public bool RenewsByItself => TermMonths < ContractMonths && AutoRenew != false;

    /// <summary>Whether the renewal needs a decision. A stated renewal date is enough if no term is stated.</summary>
    private bool NeedsDecision =>
        AutoRenew == false || TermMonths >= ContractMonths || (TermMonths is null && RenewalStated != Instants.None);

    /// <summary>The last stated renewal date, or the end of the period if that was stated later and is later.</summary>
    private long TermEnd =>
        RenewalStated != Instants.None && _renewalStatedAt >= _periodStatedAt ? RenewalStated : Math.Max(RenewalStated, PeriodEnd);

    /// <summary>Adds an entry. Entries must be added newest first.</summary>
    private void Take(in SubscriptionEntry entry)
    {
        var facts = entry.Facts;
        Mrr ??= entry.Mrr;
        Licences ??= entry.Licences;
        Plan ??= entry.Plan;
        Currency ??= entry.Currency;
        TermMonths ??= entry.TermMonths;
        AutoRenew ??= entry.AutoRenew;
        if (_periodStatedAt == Instants.None && entry.PeriodEnd != Instants.None)
            (PeriodEnd, _periodStatedAt) = (entry.PeriodEnd, entry.Instant);
        if (_renewalStatedAt == Instants.None && entry.RenewalDate != Instants.None)
            (RenewalStated, _renewalStatedAt) = (entry.RenewalDate, entry.Instant);
        if (_ending is null && facts.HasFlag(SubscriptionFacts.Ending)) _ending = entry;
        if (facts.HasFlag(SubscriptionFacts.Running)) (LastRunning, FirstRunning) = (Math.Max(LastRunning, entry.Instant), entry.Instant);
        if (facts.HasFlag(SubscriptionFacts.RenewedUndated)) RenewedUndated = Math.Max(RenewedUndated, entry.Instant);
        TakeStatementTimes(entry, facts);
    }

    private void TakeStatementTimes(in SubscriptionEntry entry, SubscriptionFacts facts)
    {
        const SubscriptionFacts Value =
            SubscriptionFacts.Mrr | SubscriptionFacts.Licences | SubscriptionFacts.Paused | SubscriptionFacts.Ending;
        const SubscriptionFacts Term =
            SubscriptionFacts.Term | SubscriptionFacts.AutoRenew | SubscriptionFacts.PeriodEnd | SubscriptionFacts.RenewalDate
            | SubscriptionFacts.Ending;
        if ((facts & Value) != 0) StatedAt = Math.Max(StatedAt, entry.Instant);
        if ((facts & Term) != 0) TermStatedAt = Math.Max(TermStatedAt, entry.Instant);
        if (facts.HasFlag(SubscriptionFacts.Paused) && !_pausedStated) (Paused, _pausedStated) = (entry.Paused!.Value, true);
    }

    private long EndOf()
    {
        var end = _ending switch
        {
            null => Instants.None,
            { EndsAt: not Instants.None } stated => stated.EndsAt,
            { CancelAtPeriodEnd: true } when TermOrPeriodEnd != Instants.None => TermOrPeriodEnd,
            { Kind: SubscriptionEntryKind.Cancelled } cancelled => cancelled.Instant,
            _ => Instants.None,
        };
        Restarted = end != Instants.None && LastRunning > Math.Max(end, _ending!.Value.Instant);
        return Restarted ? Instants.None : end;
    }

    /// <summary>The end of the current period; the stated renewal date if no period is known.</summary>
    private long TermOrPeriodEnd => PeriodEnd != Instants.None ? PeriodEnd : RenewalStated;
}
