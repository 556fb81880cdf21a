using HealthApi.Core.Accounts;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Evaluation.Notices;

/// <summary>
/// Finds what is to be told of an account beside crossings, each once: that it has churned, and that its renewal comes up. Taking over a
/// customer base is silent: what was so when the account was first looked at is remembered and not told, nor is a churn from before the
/// account was known, nor where in the milestones a renewal stands of which no date was known.
/// </summary>
internal sealed class NoticeWatch
{
    /// <summary>
    /// How old a churn may be that an account is found with which an earlier version of the service has looked at, but not for notices.
    /// </summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    private readonly AccountStanding _standing;
    private readonly AccountMemory _memory;
    private readonly DateTimeOffset _accountSince;
    private readonly List<AccountNotice> _notices = [];

    /// <param name="memory">What was told before.</param>
    /// <param name="accountSince">When the account came to be known; part of the keys, so that one erased and made again is
    /// another.</param>
    public NoticeWatch(AccountStanding standing, AccountMemory memory, DateTimeOffset accountSince)
    {
        (_standing, _memory, _accountSince) = (standing, memory, accountSince);
        var before = memory.Notices ?? new NoticeState();
        State = before with
        {
            ChurnedAt = Churned(before.ChurnedAt),
            RenewalDate = standing.Account.RenewalDate,
            RenewalDays = Renewal(before),
            Subscriptions = true,
        };
    }

    public IReadOnlyList<AccountNotice> Notices => _notices;

    public NoticeState State { get; }

    private DateTimeOffset? Churned(DateTimeOffset? told)
    {
        if (_standing.Phase != LifecyclePhases.Churned) return null;
        var churnedAt = _standing.Account.ChurnedAt!.Value;
        if (told is null && IsNews(churnedAt)) Tell(AccountNotice.AccountChurned, $"{churnedAt.ToMicroseconds()}");
        return churnedAt;
    }

    private bool IsNews(DateTimeOffset churnedAt) =>
        _memory.Model is not null && churnedAt >= _accountSince
            && (_memory.Notices is { Subscriptions: true } || churnedAt >= _standing.AsOf - Recent);

    private int Renewal(NoticeState before)
    {
        var reached = RenewalNotices.Reached(_standing);
        var told = before.RenewalDate == _standing.Account.RenewalDate ? before.RenewalDays : 0;
        if (before.RenewalDate is null) return reached;
        if (reached == 0 || (told != 0 && reached >= told) || RenewalNotices.IsSettled(_standing)) return told;
        Tell(AccountNotice.RenewalUpcoming, $"{_standing.Account.RenewalDate!.Value.ToMicroseconds()} {reached}");
        return reached;
    }

    private void Tell(string type, string what) =>
        _notices.Add(new AccountNotice(type, $"{_standing.Account.Id}\n{_accountSince.ToMicroseconds()}\n{what}", _standing.AsOf));
}
