using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Webhooks;

namespace HealthApi.Core.Notices;

/// <summary>
/// Finds what is to be told of an account beside crossings, each once: that it has churned, and that its renewal comes up. What was so when the account
/// was first looked at is remembered and not told, so that taking over a customer base is silent.
/// </summary>
internal sealed class NoticeWatch
{
    private readonly AccountStanding _standing;
    private readonly DateTimeOffset _accountSince;
    private readonly List<AccountNotice> _notices = [];

    /// <param name="known">What was told before; null where the account was never looked at.</param>
    /// <param name="accountSince">When the account came to be known; part of the keys, so that one erased and made again is another.</param>
    public NoticeWatch(AccountStanding standing, AccountFigures figures, NoticeState? known, DateTimeOffset accountSince)
    {
        (_standing, _accountSince) = (standing, accountSince);
        var before = known ?? new NoticeState();
        State = before with
        {
            ChurnedAt = Churned(before.ChurnedAt),
            RenewalDate = standing.Account.RenewalDate,
            RenewalDays = Renewal(before.RenewalDate == standing.Account.RenewalDate ? before.RenewalDays : 0, figures),
        };
        if (known is null) _notices.Clear();
    }

    public IReadOnlyList<AccountNotice> Notices => _notices;

    public NoticeState State { get; }

    private DateTimeOffset? Churned(DateTimeOffset? told)
    {
        if (_standing.Phase != LifecyclePhases.Churned) return null;
        var churnedAt = _standing.Account.ChurnedAt!.Value;
        if (told is null) Tell(WebhookEventTypes.AccountChurned, $"{churnedAt.ToMicroseconds()}");
        return churnedAt;
    }

    private int Renewal(int told, AccountFigures figures)
    {
        var reached = RenewalNotices.Reached(_standing);
        if (reached == 0 || (told != 0 && reached >= told) || RenewalNotices.IsSettled(_standing, figures)) return told;
        Tell(WebhookEventTypes.RenewalUpcoming, $"{_standing.Account.RenewalDate!.Value.ToMicroseconds()} {reached}");
        return reached;
    }

    private void Tell(string type, string what) =>
        _notices.Add(new AccountNotice(type, $"{_standing.Account.Id}\n{_accountSince.ToMicroseconds()}\n{what}", _standing.AsOf));
}
