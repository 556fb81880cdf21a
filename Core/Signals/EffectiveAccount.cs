using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>The account as it stands once billing events have had their say: the one place where profile and subscriptions meet.</summary>
public static class EffectiveAccount
{
    private const decimal MonthsPerYear = 12;

    /// <summary>
    /// The account with the terms that billing events told after the profile's own were set, and with those told before where the profile
    /// gives none. Applying the same terms twice changes nothing more.
    /// </summary>
    public static Account Apply(Account account, AccountTerms terms)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(terms);
        var former = account.TermsSetAt;
        var mrr = terms.Mrr(account.Currency) is { } told && Supersedes(told.ToldAt, account.Mrr is null, account.MrrSetAt ?? former)
            ? told
            : (Term<decimal>?)null;
        var licences = terms.Licences is { } seats && Supersedes(seats.ToldAt, account.Licences is null, account.LicencesSetAt ?? former)
            ? seats.Value
            : account.Licences;
        var renewal = terms.RenewalDate is { } date
            && Supersedes(date.ToldAt, account.RenewalDate is null, account.RenewalDateSetAt ?? former)
            ? date.Value
            : account.RenewalDate;
        var effective = account with
        {
            Mrr = mrr is { } amount ? amount.Value : account.Mrr,
            Arr = mrr is { } monthly && Supersedes(monthly.ToldAt, account.Arr is null, account.ArrSetAt ?? former)
                ? Money.Normalise(MonthsPerYear * monthly.Value)
                : account.Arr,
            Currency = mrr is null ? account.Currency : terms.Currency(account.Currency),
            Licences = licences,
            RenewalDate = renewal,
            ChurnedAt = ChurnedAt(account, terms),
        };
        return effective == account ? account : effective;
    }

    /// <summary>Whether what billing tells counts instead of the profile's own.</summary>
    private static bool Supersedes(DateTimeOffset toldAt, bool nothingElse, DateTimeOffset? setAt) =>
        nothingElse || setAt is not { } set || toldAt > set;

    /// <summary>The profile's own churn, unless a subscription began after it; else the end of the last subscription.</summary>
    private static DateTimeOffset? ChurnedAt(Account account, AccountTerms terms) =>
        account.ChurnedAt is { } stated && !(terms.NewestStart > stated) ? stated : terms.ChurnedAt;
}
