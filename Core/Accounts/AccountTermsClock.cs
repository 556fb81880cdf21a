namespace HealthApi.Core.Accounts;

/// <summary>
/// Maintains the instants at which mrr, licences, the renewal date and arr were set (<see cref="Account.MrrSetAt"/> and the others). An
/// instant changes only when a write changes the value of its field. A write that repeats the old value therefore does not supersede a
/// newer billing event.
/// </summary>
public static class AccountTermsClock
{
    public static Account Stamp(Account? before, Account after, DateTimeOffset now)
    {
        var former = before?.TermsSetAt;
        return after with
        {
            MrrSetAt = SetAt(before?.Mrr, after.Mrr, before?.MrrSetAt ?? former, now),
            LicencesSetAt = SetAt(before?.Licences, after.Licences, before?.LicencesSetAt ?? former, now),
            RenewalDateSetAt = SetAt(before?.RenewalDate, after.RenewalDate, before?.RenewalDateSetAt ?? former, now),
            TermsSetAt = SetAt(Terms(before), Terms(after), former, now),
            ArrSetAt = SetAt(before?.Arr, after.Arr, before?.ArrSetAt, now),
        };
    }

    private static (decimal?, int?, DateTimeOffset?)? Terms(Account? account) =>
        account is null or { Mrr: null, Licences: null, RenewalDate: null } ? null : (account.Mrr, account.Licences, account.RenewalDate);

    /// <param name="known">The instant at which the former value was set.</param>
    private static DateTimeOffset? SetAt<T>(T? before, T? after, DateTimeOffset? known, DateTimeOffset now)
        where T : struct => after is null ? null : EqualityComparer<T?>.Default.Equals(before, after) ? known : now;
}
