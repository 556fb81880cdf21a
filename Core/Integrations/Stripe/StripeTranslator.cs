using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>
/// Translates events of Stripe (docs.stripe.com/api/events) to billing events, in the forms of API version 2020-08-27 and of the current
/// ones.
/// </summary>
internal static class StripeTranslator
{
    public static InboundItem Translate(JsonElement json, InboundContext context)
    {
        var part = new InboundPart(json, json.Text("id"), json.Text("type"), context);
        var (about, at) = (json.At("data", "object"), InboundTimes.Seconds(json.At("created")));
        return part.Kind switch
        {
            "invoice.finalized" => part.Change(
                CustomerOf(about), part.Event(EventType.BillingInvoiceIssued, at, Invoice(about, "amount_due"))),
            "invoice.paid"
                or "invoice.payment_succeeded" => part.Change(
                    CustomerOf(about), part.Event(EventType.BillingInvoicePaid, at, Invoice(about, "amount_paid"))),
            // A voided invoice is no longer owed, so it counts as paid.
            "invoice.voided" => part.Change(CustomerOf(about), part.Event(EventType.BillingInvoicePaid, at, Invoice(about, "amount_paid"))),
            "invoice.payment_failed" => part.Change(
                CustomerOf(about), part.Event(EventType.BillingPaymentFailed, at, Invoice(about, "amount_due"))),
            "invoice.overdue" => part.Change(
                CustomerOf(about), part.Event(EventType.BillingInvoiceOverdue, at, Invoice(about, "amount_remaining"))),
            "payment_intent.succeeded"
                or "charge.succeeded" => part.Change(CustomerOf(about), part.Event(EventType.BillingInvoicePaid, at, Payment(about))),
            "payment_intent.payment_failed"
                or "charge.failed" => part.Change(CustomerOf(about), part.Event(EventType.BillingPaymentFailed, at, Payment(about))),
            "customer.subscription.created" or "customer.subscription.updated" or "customer.subscription.resumed"
                or "customer.subscription.paused" => Subscription(part, about, at),
            "customer.subscription.deleted" => Ended(part, about, at),
            "customer.created" or "customer.updated" => Customer(part, about, at),
            "invoice.created" or "invoice.updated" or "invoice.sent" or "invoice.upcoming" or "payment_intent.created"
                or "invoice_payment.paid" => part.Silent(),
            _ => part.Unmapped("This kind of event is not mapped.", CustomerOf(about)),
        };
    }

    private static InboundItem Subscription(InboundPart part, JsonElement subscription, DateTimeOffset? at)
    {
        if (StripeSubscription.HasNotBegun(subscription)) return part.Silent();
        if (StripeSubscription.HasEnded(subscription)) return Ended(part, subscription, at);
        var items = StripeItems.Of(subscription);
        var terms = StripeSubscription.Terms(subscription, items);
        var events = new List<EventDraft> { part.Event(EventType.BillingSubscriptionChanged, at, terms) };
        if (StripeSubscription.MovedOn(items, part.Json.At("data", "previous_attributes")))
            events.Add(part.Event(EventType.BillingRenewed, at, (JsonObject)terms.DeepClone(), ":renewed"));
        return part.Change(CustomerOf(subscription), events);
    }

    private static InboundItem Ended(InboundPart part, JsonElement subscription, DateTimeOffset? at) =>
        part.Change(CustomerOf(subscription), part.Event(EventType.BillingSubscriptionCancelled, at, StripeSubscription.End(subscription)));

    /// <summary>A customer states its name and, in <c>metadata.accountId</c>, its account.</summary>
    private static InboundItem Customer(InboundPart part, JsonElement customer, DateTimeOffset? at)
    {
        var asOf = at ?? part.Context.ReceivedAt;
        var facts = AccountFacts.Of(asOf, overrides: false, customer, name => name == "name" ? name : null);
        var account = customer.Text("metadata", "accountId") ?? customer.Text("metadata", "account_id");
        var change = part.Change(customer.Text("id"), facts);
        return change is InboundChange { Customer: { } known } linked && account is not null
            ? linked with { Links = [new CustomerLink(known, account, asOf)] } : change;
    }

    private static JsonObject Invoice(JsonElement invoice, string amount)
    {
        var data = Money(invoice, amount);
        if (invoice.Text("id") is { } id) data["invoiceId"] = id;
        if (InboundTimes.Seconds(invoice.At("due_date")) is { } due) data["dueDate"] = Rfc3339.Format(due);
        if ((Reference(invoice, "subscription") ?? Reference(invoice, "parent", "subscription_details", "subscription"))
            is { } subscription)
        {
            data["subscriptionId"] = subscription;
        }

        return data;
    }

    private static JsonObject Payment(JsonElement payment)
    {
        var data = Money(payment, "amount");
        if (Reference(payment, "invoice") is { } invoice) data["invoiceId"] = invoice;
        if (payment.Text("id") is { } id) data["paymentId"] = id;
        return data;
    }

    private static JsonObject Money(JsonElement about, string member)
    {
        var (amount, currency) = (about.Amount(member), about.Text("currency")?.ToUpperInvariant());
        return amount is { } minor && currency is not null
            ? new JsonObject { ["amount"] = StripeMoney.ToMajor(minor, currency), ["currency"] = currency } : [];
    }

    private static string? CustomerOf(JsonElement about) =>
        Reference(about, "customer") ?? (about.Text("object") == "customer" ? about.Text("id") : null);

    /// <summary>An id, or the id of the object that replaces it if the field is expanded.</summary>
    private static string? Reference(JsonElement element, params ReadOnlySpan<string> path) =>
        element.Text(path) ?? element.At(path).Text("id");
}
