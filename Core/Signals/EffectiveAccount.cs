using HealthApi.Core.Accounts;

namespace HealthApi.Core.Signals;

/// <summary>The account as it stands once billing events have had their say.</summary>
public static class EffectiveAccount
{
    /// <summary>
    /// The account with the terms that billing events told after <see cref="Account.TermsSetAt"/>, and with those told before where the
    /// profile gives none. Applying the same terms twice changes nothing more.
    /// </summary>
    public static Account Apply(Account account, AccountTerms terms)
    {
        var mrr = Supersedes(terms.Mrr, account.Mrr, account) ? terms.Mrr?.Value : account.Mrr;
        var licences = Supersedes(terms.Licences, account.Licences, account) ? terms.Licences?.Value : account.Licences;
        var renewal = Supersedes(terms.RenewalDate, account.RenewalDate, account) ? terms.RenewalDate?.Value : account.RenewalDate;
        return mrr == account.Mrr && licences == account.Licences && renewal == account.RenewalDate
            ? account
            : account with { Mrr = mrr, Licences = licences, RenewalDate = renewal };
    }

    /// <summary>Whether a told term counts instead of the profile's own.</summary>
    private static bool Supersedes<T>(Term<T>? told, T? own, Account account)
        where T : struct =>
        told is { } term && (own is null || account.TermsSetAt is not { } set || term.ToldAt > set);
}
