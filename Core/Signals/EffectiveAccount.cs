using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>
/// Combines the profile of an account with the terms from billing events. This is the only place where they are combined.
/// </summary>
public static class EffectiveAccount
{
    private const decimal MonthsPerYear = 12;

    /// <summary>
    /// The account with its effective terms. A term from billing events replaces the profile's if it was stated after the profile's was
    /// set, or if the profile has none. Applying the same terms again changes nothing.
    /// </summary>
    public static Account Apply(Account account, AccountTerms terms)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(terms);
        var former = account.TermsSetAt;
        var mrr = terms.Mrr(account.Currency) is { } stated && Supersedes(stated.StatedAt, account.Mrr is null, account.MrrSetAt ?? former)
            ? stated
            : (Term<decimal>?)null;
        var licences = terms.Licences is { } seats && Supersedes(seats.StatedAt, account.Licences is null, account.LicencesSetAt ?? former)
            ? seats.Value
            : account.Licences;
        var renewal = terms.RenewalDate is { } date
            && Supersedes(date.StatedAt, account.RenewalDate is null, account.RenewalDateSetAt ?? former)
            ? date.Value
            : account.RenewalDate;
        var effective = account with
        {
            Mrr = mrr is { } amount ? amount.Value : account.Mrr,
            Arr = mrr is { } monthly && Supersedes(monthly.StatedAt, account.Arr is null, account.ArrSetAt ?? former)
                ? Money.Normalise(MonthsPerYear * monthly.Value)
                : account.Arr,
            Currency = mrr is null ? account.Currency : terms.Currency(account.Currency),
            Licences = licences,
            RenewalDate = renewal,
            ChurnedAt = ChurnedAt(account, terms),
        };
        return effective == account ? account : effective;
    }

    /// <summary>Whether a term from billing events replaces the profile's.</summary>
    private static bool Supersedes(DateTimeOffset statedAt, bool nothingElse, DateTimeOffset? setAt) =>
        nothingElse || setAt is not { } set || statedAt > set;

    /// <summary>
    /// The churn that the profile states, unless a subscription began after it; otherwise the end of the last subscription.
    /// </summary>
    private static DateTimeOffset? ChurnedAt(Account account, AccountTerms terms) =>
        account.ChurnedAt is { } stated && !(terms.NewestStart > stated) ? stated : terms.ChurnedAt;
}
