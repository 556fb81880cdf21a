namespace HealthApi.Core.Accounts;

/// <summary>
/// Keeps <see cref="Account.TermsSetAt"/>, which moves only when a write really changes mrr, licences or the renewal date, and
/// <see cref="Account.ArrSetAt"/>, which does with arr.
/// </summary>
public static class AccountTermsClock
{
    public static Account Stamp(Account? before, Account after, DateTimeOffset now)
    {
        var same = before is not null && before.Mrr == after.Mrr && before.Licences == after.Licences && before.RenewalDate == after.RenewalDate;
        var none = after.Mrr is null && after.Licences is null && after.RenewalDate is null;
        var sameArr = before is not null && before.Arr == after.Arr;
        return after with
        {
            TermsSetAt = same ? before!.TermsSetAt : none ? null : now,
            ArrSetAt = sameArr ? before!.ArrSetAt : after.Arr is null ? null : now,
        };
    }
}
