using System.Text.Json;
using System.Text.Json.Nodes;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>What a subscription says of the commercial terms, in its shapes of 2020-08-27 and of 2025-03-31 (periods on the items) alike.</summary>
internal static class StripeSubscription
{
    private const decimal MonthsPerYear = 12, DaysPerYear = 365, WeeksPerYear = 52;
    private const int MoneyDecimals = 4;

    /// <summary><c>mrr</c>, <c>currency</c>, <c>licences</c> and <c>renewalDate</c>, each where the subscription tells it.</summary>
    public static JsonObject Terms(JsonElement subscription, bool ended)
    {
        var items = subscription.Items("items", "data").ToList();
        var currency = Currency(subscription, items);
        var data = new JsonObject();
        var mrr = Mrr(subscription, items, currency, ended);
        if (mrr is { } amount) data["mrr"] = amount;
        if (mrr is not null && currency is not null) data["currency"] = currency;
        if (!ended && Licences(items) is { } licences) data["licences"] = licences;
        if (!ended && PeriodEnd(subscription, items) is { } end) data["renewalDate"] = InboundTimes.Write(end);
        return data;
    }

    /// <summary>Whether the update moved the period on: the subscription was renewed.</summary>
    public static bool MovedOn(JsonElement subscription, JsonElement previous)
    {
        var before = PeriodEnd(previous, [.. previous.Items("items", "data")]);
        return before is not null && PeriodEnd(subscription, [.. subscription.Items("items", "data")]) > before;
    }

    /// <summary>What is paid a month for all flat items; tiered and metered prices have no figure before their usage. Null where nothing is known.</summary>
    private static decimal? Mrr(JsonElement subscription, List<JsonElement> items, string? currency, bool ended)
    {
        var status = subscription.Text("status");
        if (ended || status is "canceled" or "unpaid" or "incomplete_expired" or "paused") return 0;
        if (status is "trialing" or "incomplete") return null;
        var monthly = items.Select(item => Monthly(item, currency ?? "")).OfType<decimal>().ToList();
        return monthly.Count == 0 ? null : decimal.Round(monthly.Sum(), MoneyDecimals);
    }

    private static decimal? Monthly(JsonElement item, string currency)
    {
        var price = Price(item);
        if (IsMetered(price) || price.Text("billing_scheme") == "tiered") return null;
        if ((price.Amount("unit_amount_decimal") ?? price.Amount("unit_amount") ?? price.Amount("amount_decimal") ?? price.Amount("amount")) is not { } unit) return null;
        var every = price.Whole("recurring", "interval_count") ?? price.Whole("interval_count") ?? 1;
        if (every < 1 || Math.Abs(unit) > long.MaxValue) return null;
        var perYear = (price.Text("recurring", "interval") ?? price.Text("interval")) switch
        {
            "day" => DaysPerYear,
            "week" => WeeksPerYear,
            "month" => MonthsPerYear,
            "year" => 1m,
            _ => (decimal?)null,
        };
        return StripeMoney.ToMajor(unit, currency) * (item.Whole("quantity") ?? 1) * perYear / every / MonthsPerYear;
    }

    private static long? Licences(List<JsonElement> items)
    {
        var quantities = items.Where(item => !IsMetered(Price(item))).Select(item => item.Whole("quantity")).OfType<long>().ToList();
        return quantities.Count == 0 ? null : quantities.Sum();
    }

    /// <summary>The end of the present period: of the subscription, or the first of its items to end.</summary>
    private static DateTimeOffset? PeriodEnd(JsonElement subscription, List<JsonElement> items) => InboundTimes.Seconds(subscription.At("current_period_end"))
        ?? items.Select(item => InboundTimes.Seconds(item.At("current_period_end"))).Min();

    private static string? Currency(JsonElement subscription, List<JsonElement> items) =>
        (subscription.Text("currency") ?? items.Select(item => Price(item).Text("currency")).FirstOrDefault(code => code is not null))?.ToUpperInvariant();

    private static JsonElement Price(JsonElement item) => item.At("price") is { ValueKind: JsonValueKind.Object } price ? price : item.At("plan");

    private static bool IsMetered(JsonElement price) => (price.Text("recurring", "usage_type") ?? price.Text("usage_type")) == "metered";
}
