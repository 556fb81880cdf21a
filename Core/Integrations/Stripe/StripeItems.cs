using System.Text.Json;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>Sums the items of a subscription. A payload may have tens of thousands of items, so each figure takes one pass.</summary>
internal sealed class StripeItems
{
    private const int MoneyDecimals = 4;

    private readonly JsonElement _subscription;
    private readonly List<(JsonElement Json, StripePrice Price)> _items;

    private StripeItems(JsonElement subscription)
    {
        _subscription = subscription;
        _items = [.. subscription.Items("items", "data").Select(item => (item, StripePrice.Of(item)))];
        var currency = subscription.Text("currency") ?? _items.Select(item => item.Price.Currency).FirstOrDefault(code => code is not null);
        Currency = currency?.ToUpperInvariant();
        TermMonths = _items.Max(item => item.Price.Months);
    }

    public string? Currency { get; }

    /// <summary>
    /// The monthly amount of all items with a flat price. Metered and tiered prices are left out, because their amount depends on usage.
    /// Null if no amount is known.
    /// </summary>
    public decimal? Mrr
    {
        get
        {
            List<decimal> monthly =
                [.. _items.Select(item => item.Price.Monthly(item.Json.Whole("quantity") ?? 1, Currency ?? "")).OfType<decimal>()];
            return monthly.Count == 0 ? null : decimal.Round(monthly.Sum(), MoneyDecimals);
        }
    }

    /// <summary>
    /// Seats: the sum of the quantities of items that are not metered. A sum beyond 64 bits is capped; such an event is rejected anyway.
    /// </summary>
    public long? Licences
    {
        get
        {
            List<decimal> quantities =
                [.. _items.Where(item => !item.Price.IsMetered).Select(item => item.Json.Whole("quantity")).OfType<long>()];
            return quantities.Count == 0 ? null : (long)Math.Clamp(quantities.Sum(), long.MinValue, long.MaxValue);
        }
    }

    /// <summary>The name of the first item's price that has one.</summary>
    public string? Plan => _items.Select(item => item.Price.Name).FirstOrDefault(name => name is not null);

    /// <summary>The longest interval of the items, in months.</summary>
    public int? TermMonths { get; }

    /// <summary>
    /// The end of the current period: that of the subscription, else the earliest among the items with the longest interval.
    /// </summary>
    public DateTimeOffset? PeriodEnd => InboundTimes.Seconds(_subscription.At("current_period_end"))
        ?? _items.Where(item => item.Price.Months == TermMonths).Min(item => InboundTimes.Seconds(item.Json.At("current_period_end")));

    public static StripeItems Of(JsonElement subscription) => new(subscription);
}
