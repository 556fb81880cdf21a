using System.Text.Json;
using HealthApi.Core.Events;
using HealthApi.Core.Input;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>The price of an item (docs.stripe.com/api/prices/object), or its plan in older API versions.</summary>
internal readonly struct StripePrice
{
    private const decimal MonthsPerYear = 12, DaysPerYear = 365, WeeksPerYear = 52;

    /// <summary>
    /// More than an event may state. Larger amounts are capped at it, so that the arithmetic does not overflow and the validation of the
    /// event rejects them.
    /// </summary>
    private const decimal TooMuch = 1_000 * FieldReader.LargestAmount;

    private readonly JsonElement _price;

    private StripePrice(JsonElement price) => _price = price;

    public string? Currency => _price.Text("currency");

    /// <summary>Whether it is paid by usage, so that its amount is not known in advance.</summary>
    public bool IsMetered => (_price.Text("recurring", "usage_type") ?? _price.Text("usage_type")) == "metered";

    public string? Name => _price.Text("nickname") ?? _price.Text("lookup_key") ?? _price.Text("id");

    /// <summary>The interval in whole months, at least 1; null if there is none.</summary>
    public int? Months =>
        PerYear is { } times ? (int)Math.Clamp(decimal.Round(MonthsPerYear / times), 1, BillingDataReader.LongestTerm) : null;

    public static StripePrice Of(JsonElement item) =>
        new(item.At("price") is { ValueKind: JsonValueKind.Object } price ? price : item.At("plan"));

    /// <summary>
    /// The monthly cost of a quantity, in the currency's main unit; null for metered and tiered prices, which have no unit amount.
    /// </summary>
    public decimal? Monthly(long quantity, string currency)
    {
        if (IsMetered || _price.Text("billing_scheme") == "tiered" || PerYear is not { } times) return null;
        var amount = _price.Amount("unit_amount_decimal") ?? _price.Amount("unit_amount") ?? _price.Amount("amount_decimal")
            ?? _price.Amount("amount");
        if (amount is not { } minor) return null;
        var (unit, units) = (StripeMoney.ToMajor(minor, currency), Units(quantity));
        var estimate = (double)unit * (double)units * (double)times;
        return Math.Abs(estimate) > (double)TooMuch ? Math.Sign(estimate) * TooMuch : unit * units * times / MonthsPerYear;
    }

    /// <summary>The number of payments per year.</summary>
    private decimal? PerYear
    {
        get
        {
            var every = _price.Whole("recurring", "interval_count") ?? _price.Whole("interval_count") ?? 1;
            if (every < 1) return null;
            return (_price.Text("recurring", "interval") ?? _price.Text("interval")) switch
            {
                "day" => DaysPerYear / every,
                "week" => WeeksPerYear / every,
                "month" => MonthsPerYear / every,
                "year" => 1m / every,
                _ => null,
            };
        }
    }

    /// <summary>The number of packages in a quantity, if the price is per package (<c>transform_quantity</c>).</summary>
    private decimal Units(long quantity)
    {
        if (_price.Whole("transform_quantity", "divide_by") is not { } size || size < 1) return quantity;
        return _price.Text("transform_quantity", "round") == "down" ? quantity / size : decimal.Ceiling((decimal)quantity / size);
    }
}
