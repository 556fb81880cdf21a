using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// One event of a subscription, ordered by (instant, type, content). Of events at one instant a renewal comes after a change, and a
/// cancellation after both; the last statement of a fact counts.
/// </summary>
internal readonly record struct SubscriptionEntry : ITimed<SubscriptionEntry>
{
    private const int True = 1, False = 2, Bits = 2;

    public SubscriptionEntry(long instant, EventType type, BillingData data)
    {
        Instant = instant;
        Kind = type switch
        {
            EventType.BillingSubscriptionCancelled => SubscriptionEntryKind.Cancelled,
            EventType.BillingRenewed => SubscriptionEntryKind.Renewed,
            _ => SubscriptionEntryKind.Changed,
        };
        (Mrr, Licences, Plan, Currency) = (data.Mrr is { } mrr ? Money.Normalise(mrr) : null, data.Licences, data.Plan, data.Currency);
        (TermMonths, AutoRenew) = (data.TermMonths, data.AutoRenew);
        (PeriodEnd, RenewalDate, EndsAt) = (Instants.Of(data.CurrentPeriodEnd), Instants.Of(data.RenewalDate), Instants.Of(data.EndsAt));
        (CancelAtPeriodEnd, Paused) = (data.CancelAtPeriodEnd, data.Paused);
    }

    public long Instant { get; private init; }

    public SubscriptionEntryKind Kind { get; private init; }

    public decimal? Mrr { get; private init; }

    public int? Licences { get; private init; }

    public string? Plan { get; private init; }

    public string? Currency { get; private init; }

    public int? TermMonths { get; private init; }

    public bool? AutoRenew { get; private init; }

    public long PeriodEnd { get; private init; }

    public long RenewalDate { get; private init; }

    public bool? CancelAtPeriodEnd { get; private init; }

    public long EndsAt { get; private init; }

    public bool? Paused { get; private init; }

    /// <summary>The facts that the entry states. Each is valid until a later entry states it again.</summary>
    public SubscriptionFacts Facts =>
        Fact(Mrr is not null, SubscriptionFacts.Mrr) | Fact(Licences is not null, SubscriptionFacts.Licences)
        | Fact(Plan is not null, SubscriptionFacts.Plan) | Fact(Currency is not null, SubscriptionFacts.Currency)
        | Fact(TermMonths is not null, SubscriptionFacts.Term) | Fact(AutoRenew is not null, SubscriptionFacts.AutoRenew)
        | Fact(PeriodEnd != Instants.None, SubscriptionFacts.PeriodEnd) | Fact(RenewalDate != Instants.None, SubscriptionFacts.RenewalDate)
        | Fact(Paused is not null, SubscriptionFacts.Paused) | Fact(StatesEnding, SubscriptionFacts.Ending)
        | Fact(Kind != SubscriptionEntryKind.Cancelled, SubscriptionFacts.Running) | Fact(
            IsUndatedRenewal, SubscriptionFacts.RenewedUndated);

    private bool StatesEnding => Kind != SubscriptionEntryKind.Changed || CancelAtPeriodEnd is not null || EndsAt != Instants.None;

    private bool IsUndatedRenewal => Kind == SubscriptionEntryKind.Renewed && PeriodEnd == Instants.None && RenewalDate == Instants.None;

    /// <summary>An entry from the terms of format 1, which cover all subscriptions together.</summary>
    public static SubscriptionEntry Former(
        long instant, decimal? mrr = null, long? licences = null, long renewalDate = Instants.None, bool renewed = false) =>
        new(instant, renewed ? EventType.BillingRenewed : EventType.BillingSubscriptionChanged,
            new BillingData { Mrr = mrr, Licences = (int?)licences })
        {
            RenewalDate = renewalDate,
        };

    public int CompareTo(SubscriptionEntry other)
    {
        var order = Instant.CompareTo(other.Instant);
        if (order == 0) order = Kind.CompareTo(other.Kind);
        if (order == 0) order = Nullable.Compare(Mrr, other.Mrr);
        if (order == 0) order = Nullable.Compare(Licences, other.Licences);
        if (order == 0) order = EndsAt.CompareTo(other.EndsAt);
        if (order == 0) order = Flags.CompareTo(other.Flags);
        if (order == 0) order = RenewalDate.CompareTo(other.RenewalDate);
        if (order == 0) order = PeriodEnd.CompareTo(other.PeriodEnd);
        if (order == 0) order = Nullable.Compare(TermMonths, other.TermMonths);
        if (order == 0) order = string.CompareOrdinal(Plan, other.Plan);
        return order == 0 ? string.CompareOrdinal(Currency, other.Currency) : order;
    }

    public void WriteContent(ref FigureWriter writer)
    {
        writer.Number((ulong)Facts);
        writer.Number((ulong)Flags);
        if (Mrr is { } mrr) writer.Decimal(mrr);
        if (Licences is { } licences) writer.Number((ulong)licences);
        if (Plan is { } plan) writer.Name(plan);
        if (Currency is { } currency) writer.Name(currency);
        if (TermMonths is { } months) writer.Number((ulong)months);
        if (PeriodEnd != Instants.None) writer.AbsoluteInstant(PeriodEnd);
        if (RenewalDate != Instants.None) writer.AbsoluteInstant(RenewalDate);
        if (EndsAt != Instants.None) writer.AbsoluteInstant(EndsAt);
    }

    public static SubscriptionEntry ReadContent(long instant, ref FigureReader reader)
    {
        var facts = (SubscriptionFacts)reader.Number();
        var flags = (int)reader.Number();
        return new SubscriptionEntry
        {
            Instant = instant,
            Kind = (SubscriptionEntryKind)(flags >> 7),
            AutoRenew = Flag(flags),
            CancelAtPeriodEnd = Flag(flags >> Bits),
            Paused = Flag(flags >> (2 * Bits)),
            Mrr = facts.HasFlag(SubscriptionFacts.Mrr) ? reader.Decimal() : null,
            Licences = facts.HasFlag(SubscriptionFacts.Licences) ? (int)reader.Number() : null,
            Plan = facts.HasFlag(SubscriptionFacts.Plan) ? reader.Name() : null,
            Currency = facts.HasFlag(SubscriptionFacts.Currency) ? reader.Name() : null,
            TermMonths = facts.HasFlag(SubscriptionFacts.Term) ? (int)reader.Number() : null,
            PeriodEnd = facts.HasFlag(SubscriptionFacts.PeriodEnd) ? reader.AbsoluteInstant() : Instants.None,
            RenewalDate = facts.HasFlag(SubscriptionFacts.RenewalDate) ? reader.AbsoluteInstant() : Instants.None,
            EndsAt = (flags & (1 << 6)) != 0 ? reader.AbsoluteInstant() : Instants.None,
        };
    }

    /// <summary>The flags as bits: the three booleans, whether <see cref="EndsAt"/> is stated, and the kind.</summary>
    private int Flags =>
        Flag(AutoRenew) | (Flag(CancelAtPeriodEnd) << Bits) | (Flag(Paused) << (2 * Bits)) | (EndsAt == Instants.None ? 0 : 1 << 6) | (
            (int)Kind << 7);

    private static SubscriptionFacts Fact(bool stated, SubscriptionFacts fact) => stated ? fact : SubscriptionFacts.None;

    private static int Flag(bool? flag) => flag switch { null => 0, true => True, false => False };

    private static bool? Flag(int bits) => (bits & (True | False)) switch { 0 => null, True => true, _ => false };
}
