namespace HealthApi.Core.Signals;

/// <summary>A commercial term and when the billing event that told it happened.</summary>
public readonly record struct Term<T>(T Value, DateTimeOffset ToldAt);

/// <summary>
/// The newest terms told by billing events, null where none was. The later event wins; of two at the same instant the one with the greater
/// value.
/// </summary>
/// <param name="Mrr">Monthly recurring revenue, in the account's currency.</param>
/// <param name="Licences">Paid seats.</param>
/// <param name="RenewalDate">When the contract is next due for renewal.</param>
public sealed record AccountTerms(Term<decimal>? Mrr, Term<int>? Licences, Term<DateTimeOffset>? RenewalDate)
{
    /// <summary>Nothing was told.</summary>
    public static AccountTerms None { get; } = new(null, null, null);
}
