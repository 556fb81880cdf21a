using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>
/// Reads a subscription of Stripe (docs.stripe.com/api/subscriptions/object), in the forms of API version 2020-08-27 and of 2025-03-31
/// (periods on the items).
/// </summary>
internal static class StripeSubscription
{
    /// <summary>Whether it has not begun: the first payment is pending, or it failed and the subscription has expired.</summary>
    public static bool HasNotBegun(JsonElement subscription) => subscription.Text("status") is "incomplete" or "incomplete_expired";

    /// <summary>Whether it has ended.</summary>
    public static bool HasEnded(JsonElement subscription) =>
        subscription.Text("status") == "canceled" || InboundTimes.Seconds(subscription.At("ended_at")) is not null;

    /// <summary>The event data of a subscription that has not ended; only the facts that the subscription states.</summary>
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

    /// <summary>The event data of a subscription that has ended.</summary>
    public static JsonObject End(JsonElement subscription)
    {
        var data = Identity(subscription);
        if (InboundTimes.Seconds(subscription.At("ended_at")) is { } ended) data["endsAt"] = Rfc3339.Format(ended);
        return data;
    }

    /// <summary>Whether the update moved the end of the period forward, which means that the subscription was renewed.</summary>
    public static bool MovedOn(StripeItems items, JsonElement previous) =>
        StripeItems.Of(previous).PeriodEnd is { } before && items.PeriodEnd > before;

    private static JsonObject Identity(JsonElement subscription) =>
        subscription.Text("id") is { } id && Identifiers.Check("", id) is null ? new JsonObject { ["subscriptionId"] = id } : [];
}
