using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>A commercial term and the instant of the billing event that stated it.</summary>
public readonly record struct Term<T>(T Value, DateTimeOffset StatedAt);

/// <summary>
/// The commercial terms of an account that billing events state for an instant: the sum of its subscriptions (domain.md §2a). A term that
/// no event states is null.
/// </summary>
public sealed record AccountTerms
{
    private readonly SubscriptionSum? _sum;

    private AccountTerms(SubscriptionSum? sum) => _sum = sum is { IsKnown: true } ? sum : null;

    /// <summary>No terms are stated.</summary>
    public static AccountTerms None { get; } = new((SubscriptionSum?)null);

    /// <summary>Paid seats.</summary>
    public Term<int>? Licences => _sum?.Licences is { } licences ? new(licences, Instants.ToTime(_sum.StatedAt)) : null;

    /// <summary>
    /// The next renewal date of a subscription. A term whose value is null states that there is no renewal, because every subscription
    /// renews automatically.
    /// </summary>
    public Term<DateTimeOffset?>? RenewalDate => _sum is { StatesRenewal: true } sum
        ? new(
            sum.NextRenewal is { } next ? Instants.ToTime(next.Renewal) : null,
            Instants.ToTime(sum.NextRenewal?.TermStatedAt ?? sum.RenewalStatedAt))
        : null;

    /// <summary>The instant at which the last subscription ended; null while one has not ended.</summary>
    public DateTimeOffset? ChurnedAt => Instants.ToOptionalTime(_sum?.ChurnedAt ?? Instants.None);

    /// <summary>The instant at which the newest subscription began; null if no start is known.</summary>
    public DateTimeOffset? NewestStart => Instants.ToOptionalTime(_sum?.NewestStart ?? Instants.None);

    /// <summary>The end of the running subscription that ends last. Null if one of them has no end, or if none runs.</summary>
    public DateTimeOffset? ScheduledEnd => Instants.ToOptionalTime(_sum?.ScheduledEnd ?? Instants.None);

    /// <summary>The instant of the newest statement about the term or the end of a running subscription; null if none runs.</summary>
    public DateTimeOffset? EndStatedAt => Instants.ToOptionalTime(_sum?.EndStatedAt ?? Instants.None);

    internal static AccountTerms Of(SubscriptionSum sum) => new(sum);

    /// <summary>The currency of the account's amounts.</summary>
    /// <param name="own">The currency of the profile, which also applies to subscriptions that state none.</param>
    public string Currency(string own) => _sum?.Currency(own) ?? own;

    /// <summary>Monthly recurring revenue in <see cref="Currency"/>.</summary>
    /// <param name="own">The currency of the profile.</param>
    public Term<decimal>? Mrr(string own) => _sum?.Mrr(Currency(own)) is { } mrr ? new(mrr, Instants.ToTime(_sum.StatedAt)) : null;

    /// <summary>The instant of a renewal event that covers this renewal date without stating the next one; null if there is none.</summary>
    public DateTimeOffset? RenewedAt(DateTimeOffset renewal)
    {
        var date = Instants.Of(renewal);
        var renewed = _sum?.NextRenewal is { } next && next.Renewal == date ? next.RenewedUndated : _sum?.RenewedUndated ?? Instants.None;
        return SubscriptionSum.Covers(renewed, date) ? Instants.ToTime(renewed) : null;
    }
}
