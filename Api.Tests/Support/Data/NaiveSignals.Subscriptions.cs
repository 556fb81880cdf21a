using HealthApi.Core.Accounts;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

internal sealed partial class NaiveSignals
{
    private List<NaiveSubscription> Subscriptions => NaiveSubscription.Of(_events, asOf, DateTimeOffset.MaxValue);

    private List<NaiveSubscription> Running => [.. Subscriptions.Where(one => one.Runs)];

    /// <summary>When a billing event last stated MRR, licences or an end.</summary>
    private DateTimeOffset? ValueStatedAt => Subscriptions.Max(one => one.ValueStatedAt);

    private int? Licences() =>
        BillingWins(BilledLicences is null ? null : ValueStatedAt, account.Licences is null) ? BilledLicences : account.Licences;

    private int? BilledLicences => Subscriptions.Count == 0 ? null
        : Running.Count == 0 ? 0
        : Subscriptions.Exists(one => one.Licences is not null) ? Running.Sum(one => one.Licences ?? 0) : null;

    private decimal? Mrr(List<NaiveSubscription> all, string currency)
    {
        var running = all.Where(one => one.Runs).ToList();
        if (all.Count == 0) return null;
        if (running.Count > 0 && all.TrueForAll(one => one.Mrr is null)) return null;
        return running.Where(one => one.Currency is null || one.Currency == currency).Sum(one => one.Mrr ?? 0);
    }

    private string Currency()
    {
        var stated = Running.Select(one => one.Currency).ToList();
        return stated.Count == 0 || stated.Contains(null) || stated.Contains(account.Currency)
            ? account.Currency
            : Running.GroupBy(one => one.Currency!).OrderByDescending(group => group.Sum(one => one.Mrr ?? 0))
                .ThenBy(group => group.Key, StringComparer.Ordinal).First().Key;
    }

    private bool BillingWins(DateTimeOffset? statedAt, bool profileHasNone) =>
        statedAt is { } at && (profileHasNone || account.TermsSetAt is null || at > account.TermsSetAt);

    private void Revenue()
    {
        var before = Mrr(NaiveSubscription.Of(_events, asOf.AddDays(-90), asOf.AddDays(-90)), Currency());
        if (Mrr(Subscriptions, Currency()) is { } now && before > 0) Number(Signal.MrrChange90, Change(now, before.Value), ValueStatedAt);
        if (Running.Count > 0 && Running.TrueForAll(one => one.End is not null))
            Number(Signal.CancellationScheduled, FloorDays(asOf, Running.Max(one => one.End!.Value)), Running.Max(one => one.TermStatedAt));
    }

    private void Profile()
    {
        if (account.CustomerSince is { } since) Number(Signal.AccountAgeDays, FloorDays(since, asOf), null);
        var next = Running.Where(one => one.Renewal is not null).OrderBy(one => Covers(one.RenewedUndated, one.Renewal!.Value))
            .ThenBy(one => one.Renewal)
            .ThenByDescending(one => one.TermStatedAt).ThenByDescending(one => one.RenewedUndated).FirstOrDefault();
        var billingStatesRenewal =
            Subscriptions.Count > 0 && (Running.Count == 0 || next is not null || Running.Exists(one => one.RenewsByItself));
        var statedAt = next?.TermStatedAt ?? (Running.Count == 0 ? ValueStatedAt : Running.Max(one => one.TermStatedAt));
        var date = billingStatesRenewal && BillingWins(statedAt, account.RenewalDate is null) ? next?.Renewal : account.RenewalDate;
        if (date is { } renewal) Renewal(renewal, billingStatesRenewal && next?.Renewal == renewal ? statedAt : null, next);
    }

    private void Renewal(DateTimeOffset date, DateTimeOffset? statedAt, NaiveSubscription? next)
    {
        var days = FloorDays(asOf, date);
        var renewed = next?.Renewal == date ? next.RenewedUndated : Subscriptions.Max(one => one.RenewedUndated);
        var covered = Covers(renewed, date);
        var evidence = covered && !(statedAt > renewed) ? renewed : statedAt;
        Number(Signal.DaysToRenewal, days, statedAt);
        Flag(Signal.RenewalIncomplete, days <= 30 && !covered && account.RenewalStatus != RenewalStatus.Signed, evidence);
    }

    private static bool Covers(DateTimeOffset? renewed, DateTimeOffset date) => renewed is { } at && date <= at.AddDays(120);
}
