using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>
/// What a subscription of Stripe says (docs.stripe.com/api/subscriptions/object), in its shapes of 2020-08-27 and of 2025-03-31 (periods on
/// the items) alike.
/// </summary>
internal static class StripeSubscription
{
    /// <summary>Whether it has not begun, and may never: the first payment is awaited, or failed for good.</summary>
    public static bool HasNotBegun(JsonElement subscription) => subscription.Text("status") is "incomplete" or "incomplete_expired";

    /// <summary>Whether it is over.</summary>
    public static bool HasEnded(JsonElement subscription) =>
        subscription.Text("status") == "canceled" || InboundTimes.Seconds(subscription.At("ended_at")) is not null;

    /// <summary>The data of a subscription that has not ended, each fact where the subscription tells it.</summary>
    public static JsonObject Terms(JsonElement subscription, StripeItems items)
    {
        var data = Identity(subscription);
        if (items.Mrr is { } amount)
        {
            data["mrr"] = amount;
            if (items.Currency is { } currency) data["currency"] = currency;
        }

        if (items.Licences is { } licences) data["licences"] = licences;
        if (items.Plan is { } plan && Identifiers.Check("", plan) is null) data["plan"] = plan;
        if (items.TermMonths is { } months) data["termMonths"] = months;
        if (items.PeriodEnd is { } end) data["currentPeriodEnd"] = Rfc3339.Format(end);
        data["cancelAtPeriodEnd"] = subscription.At("cancel_at_period_end").ValueKind == JsonValueKind.True;
        if (InboundTimes.Seconds(subscription.At("cancel_at")) is { } ends) data["endsAt"] = Rfc3339.Format(ends);
        data["paused"] = subscription.Text("status") is "unpaid" or "paused";
        return data;
    }

    /// <summary>The data of a subscription that is over.</summary>
    public static JsonObject End(JsonElement subscription)
    {
        var data = Identity(subscription);
        if (InboundTimes.Seconds(subscription.At("ended_at")) is { } ended) data["endsAt"] = Rfc3339.Format(ended);
        return data;
    }

    /// <summary>Whether the update moved the period on: the subscription was renewed.</summary>
    public static bool MovedOn(StripeItems items, JsonElement previous) =>
        StripeItems.Of(previous).PeriodEnd is { } before && items.PeriodEnd > before;

    private static JsonObject Identity(JsonElement subscription) =>
        subscription.Text("id") is { } id && Identifiers.Check("", id) is null ? new JsonObject { ["subscriptionId"] = id } : [];
}
