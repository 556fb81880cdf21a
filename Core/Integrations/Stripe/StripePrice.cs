using System.Text.Json;
using HealthApi.Core.Events;
using HealthApi.Core.Input;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>The price of an item (docs.stripe.com/api/prices/object), or its plan in older shapes.</summary>
internal readonly struct StripePrice
{
    private const decimal MonthsPerYear = 12, DaysPerYear = 365, WeeksPerYear = 52;

    /// <summary>
    /// Beyond what an event may state. Larger amounts are cut to it, so that the arithmetic stays in range and the check of the event
    /// refuses them.
    /// </summary>
    private const decimal TooMuch = 1_000 * FieldReader.LargestAmount;

    private readonly JsonElement _price;

    private StripePrice(JsonElement price) => _price = price;

    public string? Currency => _price.Text("currency");

    /// <summary>Whether it is paid by use, of which nothing is known before.</summary>
    public bool IsMetered => (_price.Text("recurring", "usage_type") ?? _price.Text("usage_type")) == "metered";

    public string? Name => _price.Text("nickname") ?? _price.Text("lookup_key") ?? _price.Text("id");

    /// <summary>The interval in whole months, at least 1; null where there is none.</summary>
    public int? Months =>
        PerYear is { } times ? (int)Math.Clamp(decimal.Round(MonthsPerYear / times), 1, BillingDataReader.LongestTerm) : null;

    public static StripePrice Of(JsonElement item) =>
        new(item.At("price") is { ValueKind: JsonValueKind.Object } price ? price : item.At("plan"));

    /// <summary>
    /// What the quantity costs a month, in the currency's main unit; null for metered and tiered prices, which have no unit amount.
    /// </summary>
    public decimal? Monthly(long quantity, string currency)
    {
        if (IsMetered || _price.Text("billing_scheme") == "tiered" || PerYear is not { } times) return null;
        var told = _price.Amount("unit_amount_decimal") ?? _price.Amount("unit_amount") ?? _price.Amount("amount_decimal")
            ?? _price.Amount("amount");
        if (told is not { } minor) return null;
        var (unit, units) = (StripeMoney.ToMajor(minor, currency), Units(quantity));
        var estimate = (double)unit * (double)units * (double)times;
        return Math.Abs(estimate) > (double)TooMuch ? Math.Sign(estimate) * TooMuch : unit * units * times / MonthsPerYear;
    }

    /// <summary>How often a year it is paid.</summary>
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

    /// <summary>Packages of which a quantity is made up, where the price is for a package (<c>transform_quantity</c>).</summary>
    private decimal Units(long quantity)
    {
        if (_price.Whole("transform_quantity", "divide_by") is not { } size || size < 1) return quantity;
        return _price.Text("transform_quantity", "round") == "down" ? quantity / size : decimal.Ceiling((decimal)quantity / size);
    }
}
