using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>A commercial term and the instant from which billing says so.</summary>
public readonly record struct Term<T>(T Value, DateTimeOffset ToldAt);

/// <summary>
/// What billing events say of an account's terms at an instant: the sum of its subscriptions (domain.md §2a). Null where they say nothing.
/// </summary>
public sealed record AccountTerms
{
    private readonly SubscriptionSum? _sum;

    private AccountTerms(SubscriptionSum? sum) => _sum = sum is { IsKnown: true } ? sum : null;

    /// <summary>Nothing was told.</summary>
    public static AccountTerms None { get; } = new((SubscriptionSum?)null);

    /// <summary>Paid seats.</summary>
    public Term<int>? Licences => _sum?.Licences is { } licences ? new(licences, Instants.ToTime(_sum.ToldAt)) : null;

    /// <summary>
    /// When the contract is next due for renewal; a null value says that there is no renewal, since every subscription goes on by itself.
    /// </summary>
    public Term<DateTimeOffset?>? RenewalDate => _sum is { SaysRenewal: true } sum
        ? new(
            sum.NextRenewal is { } next ? Instants.ToTime(next.Renewal) : null,
            Instants.ToTime(sum.NextRenewal?.TermToldAt ?? sum.RenewalToldAt))
        : null;

    /// <summary>When the last subscription ended; null while one is left.</summary>
    public DateTimeOffset? ChurnedAt => Instants.ToOptionalTime(_sum?.ChurnedAt ?? Instants.None);

    /// <summary>When the newest subscription began to run, as far as that was told.</summary>
    public DateTimeOffset? NewestStart => Instants.ToOptionalTime(_sum?.NewestStart ?? Instants.None);

    /// <summary>When the last subscription that runs ends, where the end of each is set; null where one goes on or none runs.</summary>
    public DateTimeOffset? ScheduledEnd => Instants.ToOptionalTime(_sum?.ScheduledEnd ?? Instants.None);

    /// <summary>When the newest statement about an end was made; null where no subscription runs.</summary>
    public DateTimeOffset? EndToldAt => Instants.ToOptionalTime(_sum?.EndToldAt ?? Instants.None);

    internal static AccountTerms Of(SubscriptionSum sum) => new(sum);

    /// <summary>The currency of the account's figures.</summary>
    /// <param name="own">The currency of the profile; that of subscriptions that state none.</param>
    public string Currency(string own) => _sum?.Currency(own) ?? own;

    /// <summary>Monthly recurring revenue in <see cref="Currency"/>.</summary>
    /// <param name="own">The currency of the profile.</param>
    public Term<decimal>? Mrr(string own) => _sum?.Mrr(Currency(own)) is { } mrr ? new(mrr, Instants.ToTime(_sum.ToldAt)) : null;

    /// <summary>When a renewal of this date was told without the date of the next one; null where none covers it.</summary>
    public DateTimeOffset? RenewedAt(DateTimeOffset renewal)
    {
        var date = Instants.Of(renewal);
        var renewed = _sum?.NextRenewal is { } next && next.Renewal == date ? next.RenewedUndated : _sum?.RenewedUndated ?? Instants.None;
        return SubscriptionSum.Covers(renewed, date) ? Instants.ToTime(renewed) : null;
    }
}
