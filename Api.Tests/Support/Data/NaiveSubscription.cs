using HealthApi.Core.Events;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>A subscription of domain.md §2a at an instant, computed directly from all its billing events.</summary>
internal sealed class NaiveSubscription
{
    private readonly List<HealthEvent> _events;
    private readonly DateTimeOffset _asOf;
    private readonly HealthEvent? _ending;

    private NaiveSubscription(IEnumerable<HealthEvent> events, DateTimeOffset asOf)
    {
        _events = [.. events];
        _asOf = asOf;
        _ending = _events.FindLast(StatesEnd);
    }

    public decimal? Mrr => Last(data => data.Mrr);

    public int? Licences => Last(data => data.Licences);

    public string? Currency => _events.Select(Data).LastOrDefault(data => data.Currency is not null)?.Currency;

    public DateTimeOffset? End => Stated is { } end && !(LastRunning > end && LastRunning > _ending!.OccurredAt) ? end : null;

    public bool Runs => !(End <= _asOf) && Last(data => data.Paused) != true;

    public DateTimeOffset? RenewedUndated =>
        _events.Where(e => e.Type == EventType.BillingRenewed && Data(e).CurrentPeriodEnd is null && Data(e).RenewalDate is null)
            .Max(e => (DateTimeOffset?)e.OccurredAt);

    public DateTimeOffset? ValueStatedAt => new[]
    {
        _events.Where(e => Data(e).Mrr is not null || Data(e).Licences is not null || Data(e).Paused is not null || StatesEnd(e))
            .Max(e => (DateTimeOffset?)e.OccurredAt),
        Stated is not null && End is null ? LastRunning : null,
        End <= _asOf ? End : null,
    }.Max();

    public DateTimeOffset? TermStatedAt => _events.Where(e => Data(e).TermMonths is not null || Data(e).AutoRenew is not null
        || Data(e).CurrentPeriodEnd is not null || Data(e).RenewalDate is not null || StatesEnd(e))
            .Max(e => (DateTimeOffset?)e.OccurredAt);

    public bool RenewsByItself => Last(data => data.TermMonths) < 3 && Last(data => data.AutoRenew) != false;

    public DateTimeOffset? Renewal
    {
        get
        {
            var (term, stated) = (Last(data => data.TermMonths), Last(data => data.RenewalDate));
            return Last(data => data.AutoRenew) == false || term >= 3 || (term is null && stated is not null) ? End ?? TermEnd(stated)
                : null;
        }
    }

    private DateTimeOffset? LastRunning => _events.FindLast(e => e.Type != EventType.BillingSubscriptionCancelled)?.OccurredAt;

    /// <summary>The end that the last ending event states, even if the subscription runs again since then.</summary>
    private DateTimeOffset? Stated => _ending is null ? null
        : Data(_ending).EndsAt
        ?? (Data(_ending).CancelAtPeriodEnd is true ? Last(data => data.CurrentPeriodEnd) ?? Last(data => data.RenewalDate) : null)
        ?? (_ending.Type == EventType.BillingSubscriptionCancelled ? _ending.OccurredAt : null);

    public static List<NaiveSubscription> Of(IEnumerable<HealthEvent> events, DateTimeOffset asOf, DateTimeOffset until) =>
    [
        .. events.Where(e => Rank(e) is not null && e.OccurredAt <= until)
            .OrderBy(e => e.OccurredAt).ThenBy(Rank).ThenBy(e => Data(e).Mrr).ThenBy(e => Data(e).Licences).ThenBy(e => Data(e).EndsAt)
            .ThenBy(e => Order(Data(e).Paused)).ThenBy(e => Order(Data(e).CancelAtPeriodEnd)).ThenBy(e => Order(Data(e).AutoRenew))
            .ThenBy(e => Data(e).RenewalDate).ThenBy(e => Data(e).CurrentPeriodEnd).ThenBy(e => Data(e).TermMonths)
            .ThenBy(e => Data(e).Plan, StringComparer.Ordinal).ThenBy(e => Data(e).Currency, StringComparer.Ordinal)
            .GroupBy(e => Data(e).SubscriptionId).Select(group => new NaiveSubscription(group, asOf)),
    ];

    private DateTimeOffset? TermEnd(DateTimeOffset? stated)
    {
        var period = Last(data => data.CurrentPeriodEnd);
        var (statedAt, periodAt) = (At(data => data.RenewalDate), At(data => data.CurrentPeriodEnd));
        return stated is null || period is null ? stated ?? period : statedAt >= periodAt || stated > period ? stated : period;
    }

    private T? Last<T>(Func<BillingData, T?> fact)
        where T : struct => _events.Select(Data).LastOrDefault(data => fact(data) is not null) is { } data ? fact(data) : null;

    private DateTimeOffset? At(Func<BillingData, DateTimeOffset?> fact) => _events.FindLast(e => fact(Data(e)) is not null)?.OccurredAt;

    private static bool StatesEnd(HealthEvent e) =>
        e.Type != EventType.BillingSubscriptionChanged || Data(e).CancelAtPeriodEnd is not null || Data(e).EndsAt is not null;

    private static int? Rank(HealthEvent e) => e.Type switch
    {
        EventType.BillingSubscriptionChanged => 0,
        EventType.BillingRenewed => 1,
        EventType.BillingSubscriptionCancelled => 2,
        _ => null,
    };

    private static int Order(bool? flag) => flag switch { null => 0, true => 1, false => 2 };

    private static BillingData Data(HealthEvent e) => (BillingData)e.Data;
}
