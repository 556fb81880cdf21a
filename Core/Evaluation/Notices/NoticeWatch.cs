using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation.Notices;

/// <summary>
/// Finds the notices of an evaluation, each once: that the account has churned, that its renewal is upcoming, and that a family of events
/// has fallen silent or speaks again. No notice is created for what was already true when the account was first evaluated, for a churn
/// from before the account was known, or for milestones that a renewal date had already passed when the date was first set.
/// </summary>
internal sealed class NoticeWatch
{
    /// <summary>
    /// The greatest age of a churn that gives a notice, if the account was last evaluated by an earlier version of the service that did not
    /// check for notices or did not consider subscriptions.
    /// </summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    private readonly AccountStanding _standing;
    private readonly AccountMemory _memory;
    private readonly DateTimeOffset _accountSince;
    private readonly List<AccountNotice> _notices = [];

    /// <param name="memory">The memory of the last evaluation.</param>
    /// <param name="accountSince">
    /// The instant at which the account was created. It is part of the keys, so that an account that was erased and created again gets its
    /// own notices.
    /// </param>
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
            Silent = Silences(before.Silent),
        };
    }

    public IReadOnlyList<AccountNotice> Notices => _notices;

    public NoticeState State { get; }

    private DateTimeOffset? Churned(DateTimeOffset? known)
    {
        if (_standing.Phase != LifecyclePhases.Churned) return null;
        var churnedAt = _standing.Account.ChurnedAt!.Value;
        if (known is null && IsNews(churnedAt)) Add(AccountNotice.AccountChurned, $"{churnedAt.ToMicroseconds()}");
        return churnedAt;
    }

    private bool IsNews(DateTimeOffset churnedAt) =>
        _memory.Model is not null && churnedAt >= _accountSince
            && (_memory.Notices is { Subscriptions: true } || churnedAt >= _standing.AsOf - Recent);

    private int Renewal(NoticeState before)
    {
        var reached = RenewalNotices.Reached(_standing);
        var last = before.RenewalDate == _standing.Account.RenewalDate ? before.RenewalDays : 0;
        if (before.RenewalDate is null) return reached;
        if (reached == 0 || (last != 0 && reached >= last) || RenewalNotices.IsSettled(_standing)) return last;
        Add(AccountNotice.RenewalUpcoming, $"{_standing.Account.RenewalDate!.Value.ToMicroseconds()} {reached}");
        return reached;
    }

    /// <summary>The key has the instant at which the change was found, so that each silence and its end have one notice each.</summary>
    private SilentFamilies Silences(SilentFamilies? known)
    {
        var now = _standing.Silent;
        if (known is not { } before || before == now || _standing.Phase == LifecyclePhases.Churned) return now;
        foreach (var family in Enum.GetValues<EventFamily>())
        {
            if (before.Contains(family) == now.Contains(family)) continue;
            var what = now.Contains(family) ? "silent" : "speaks";
            Add(AccountNotice.SignalStale, $"{family} {what} {_standing.AsOf.ToMicroseconds()}", family);
        }

        return now;
    }

    private void Add(string type, string content, EventFamily? source = null)
    {
        var key = $"{_standing.Account.Id}\n{_accountSince.ToMicroseconds()}\n{content}";
        _notices.Add(new AccountNotice(type, key, _standing.AsOf) { Source = source });
    }
}
