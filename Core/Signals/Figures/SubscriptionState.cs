namespace HealthApi.Core.Signals.Figures;

/// <summary>A subscription at an instant (domain.md §2a): of each fact the newest statement counts.</summary>
internal sealed class SubscriptionState
{
    /// <summary>Terms from this many months on are contracts, which somebody decides to renew; shorter ones go on by themselves.</summary>
    private const int ContractMonths = 3;

    private readonly long _asOf;
    private long _periodToldAt = Instants.None, _renewalToldAt = Instants.None;
    private SubscriptionEntry? _ending;
    private bool _pausedTold;

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

    /// <summary>When it was first said to run; none where only its end was told.</summary>
    public long FirstRunning { get; private set; } = Instants.None;

    /// <summary>When it ends or ended; none where it goes on, or where its end is not known.</summary>
    public long End { get; }

    /// <summary>Whether an end that had passed was followed by a statement that it runs.</summary>
    public bool Restarted { get; private set; }

    /// <summary>The newest statement that it runs.</summary>
    public long LastRunning { get; private set; } = Instants.None;

    /// <summary>Newest statement about the MRR, licences or whether it runs.</summary>
    public long ToldAt { get; private set; } = Instants.None;

    /// <summary>Newest statement about the term or its end.</summary>
    public long TermToldAt { get; private set; } = Instants.None;

    /// <summary>The newest renewal without a date for the next.</summary>
    public long RenewedUndated { get; private set; } = Instants.None;

    public bool HasEnded => End != Instants.None && End <= _asOf;

    public bool Runs => Status == SubscriptionStatus.Running;

    public SubscriptionStatus Status =>
        HasEnded ? SubscriptionStatus.Ended : Paused ? SubscriptionStatus.Paused : SubscriptionStatus.Running;

    /// <summary>Whether it was said to end with its period, and not taken back.</summary>
    public bool CancelsAtPeriodEnd => _ending is { CancelAtPeriodEnd: true } && !Restarted;

    /// <summary>The end of the term that somebody has to decide about; none where there is no such decision or no date.</summary>
    public long Renewal => NeedsDecision ? End != Instants.None ? End : TermEnd : Instants.None;

    /// <summary>Whether it says that it renews by itself month by month, so that there is no renewal.</summary>
    public bool RenewsByItself => TermMonths < ContractMonths && AutoRenew != false;

    /// <summary>A date that is stated as the renewal's is one, where no term is.</summary>
    private bool NeedsDecision =>
        AutoRenew == false || TermMonths >= ContractMonths || (TermMonths is null && RenewalStated != Instants.None);

    /// <summary>The renewal date stated last, unless the period was moved beyond it since.</summary>
    private long TermEnd =>
        RenewalStated != Instants.None && _renewalToldAt >= _periodToldAt ? RenewalStated : Math.Max(RenewalStated, PeriodEnd);

    /// <summary>Takes the entries, newest first.</summary>
    private void Take(in SubscriptionEntry entry)
    {
        var facts = entry.Facts;
        Mrr ??= entry.Mrr;
        Licences ??= entry.Licences;
        Plan ??= entry.Plan;
        Currency ??= entry.Currency;
        TermMonths ??= entry.TermMonths;
        AutoRenew ??= entry.AutoRenew;
        if (_periodToldAt == Instants.None && entry.PeriodEnd != Instants.None)
            (PeriodEnd, _periodToldAt) = (entry.PeriodEnd, entry.Instant);
        if (_renewalToldAt == Instants.None && entry.RenewalDate != Instants.None)
            (RenewalStated, _renewalToldAt) = (entry.RenewalDate, entry.Instant);
        if (_ending is null && facts.HasFlag(SubscriptionFacts.Ending)) _ending = entry;
        if (facts.HasFlag(SubscriptionFacts.Running)) (LastRunning, FirstRunning) = (Math.Max(LastRunning, entry.Instant), entry.Instant);
        if (facts.HasFlag(SubscriptionFacts.RenewedUndated)) RenewedUndated = Math.Max(RenewedUndated, entry.Instant);
        TakeTold(entry, facts);
    }

    private void TakeTold(in SubscriptionEntry entry, SubscriptionFacts facts)
    {
        const SubscriptionFacts Value =
            SubscriptionFacts.Mrr | SubscriptionFacts.Licences | SubscriptionFacts.Paused | SubscriptionFacts.Ending;
        const SubscriptionFacts Term =
            SubscriptionFacts.Term | SubscriptionFacts.AutoRenew | SubscriptionFacts.PeriodEnd | SubscriptionFacts.RenewalDate
            | SubscriptionFacts.Ending;
        if ((facts & Value) != 0) ToldAt = Math.Max(ToldAt, entry.Instant);
        if ((facts & Term) != 0) TermToldAt = Math.Max(TermToldAt, entry.Instant);
        if (facts.HasFlag(SubscriptionFacts.Paused) && !_pausedTold) (Paused, _pausedTold) = (entry.Paused!.Value, true);
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

    /// <summary>The end of the present period; the term's where no period is known.</summary>
    private long TermOrPeriodEnd => PeriodEnd != Instants.None ? PeriodEnd : RenewalStated;
}
