using System.Text.Json;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>What the items of a subscription come to. A payload may have tens of thousands of them: each figure is one pass.</summary>
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
    /// What is paid a month for all flat items; tiered and metered prices have no figure before their usage. Null where nothing is known.
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
    /// Seats: the quantities of the items that are not paid by use. A sum beyond 64 bits is cut there; no event may state so many.
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

    /// <summary>What the first item's price is called.</summary>
    public string? Plan => _items.Select(item => item.Price.Name).FirstOrDefault(name => name is not null);

    /// <summary>The longest of the items' intervals: what somebody may have to decide about.</summary>
    public int? TermMonths { get; }

    /// <summary>
    /// The end of the present period: the subscription's, or that of its items with the longest interval, the first of them to end.
    /// </summary>
    public DateTimeOffset? PeriodEnd => InboundTimes.Seconds(_subscription.At("current_period_end"))
        ?? _items.Where(item => item.Price.Months == TermMonths).Min(item => InboundTimes.Seconds(item.Json.At("current_period_end")));

    public static StripeItems Of(JsonElement subscription) => new(subscription);
}
