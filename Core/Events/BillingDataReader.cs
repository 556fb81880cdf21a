using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Events;

/// <summary>Reads the <c>data</c> of billing events: invoices and subscriptions.</summary>
internal static class BillingDataReader
{
    /// <summary>The longest term in months: a hundred years.</summary>
    public const int LongestTerm = 1_200;

    public static void Member(scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        if (name.SequenceEqual("invoiceId"u8)) members.InvoiceId = fields.Identifier(ref reader, "/data/invoiceId");
        else if (name.SequenceEqual("amount"u8)) members.Amount = fields.Amount(ref reader, "/data/amount");
        else if (name.SequenceEqual("currency"u8)) members.Currency = Currencies.Read(ref reader, "/data/currency", fields);
        else if (name.SequenceEqual("dueDate"u8)) members.DueDate = fields.Time(ref reader, "/data/dueDate", dateAllowed: true);
        else SubscriptionMember(name, ref reader, ref members, fields);
    }

    public static BillingData Data(in EventDataMembers members) => new()
    {
        InvoiceId = members.InvoiceId,
        Amount = members.Amount,
        Currency = members.Currency,
        DueDate = members.DueDate,
        SubscriptionId = members.SubscriptionId,
        Mrr = members.Mrr,
        Licences = members.Licences,
        Plan = members.Plan,
        TermMonths = members.TermMonths,
        AutoRenew = members.AutoRenew,
        CurrentPeriodEnd = members.CurrentPeriodEnd,
        RenewalDate = members.RenewalDate,
        CancelAtPeriodEnd = members.CancelAtPeriodEnd,
        EndsAt = members.EndsAt,
        Paused = members.Paused,
    };

    private static void SubscriptionMember(
        scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        if (name.SequenceEqual("mrr"u8)) members.Mrr = fields.Amount(ref reader, "/data/mrr");
        else if (name.SequenceEqual("licences"u8)) members.Licences = (int?)fields.Whole(ref reader, "/data/licences");
        else if (name.SequenceEqual("renewalDate"u8)) members.RenewalDate = fields.Time(ref reader, "/data/renewalDate", dateAllowed: true);
        else if (!LaterMember(name, ref reader, ref members, fields.ChecksOnly ? fields : new FieldReader()))
            EventDataMembers.Unknown(ref reader, fields);
    }

    /// <summary>
    /// Members that earlier versions stored without validation. A stored event may therefore break today's rules: its invalid members count
    /// as not given. They are errors only when a new event is accepted.
    /// </summary>
    private static bool LaterMember(
        scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref EventDataMembers members, FieldReader fields)
    {
        if (name.SequenceEqual("subscriptionId"u8)) members.SubscriptionId = fields.Identifier(ref reader, "/data/subscriptionId");
        else if (name.SequenceEqual("plan"u8)) members.Plan = fields.Identifier(ref reader, "/data/plan");
        else if (name.SequenceEqual("termMonths"u8))
            members.TermMonths = (int?)fields.Whole(ref reader, "/data/termMonths", LongestTerm, least: 1);
        else if (name.SequenceEqual("autoRenew"u8)) members.AutoRenew = fields.Flag(ref reader, "/data/autoRenew");
        else if (name.SequenceEqual("currentPeriodEnd"u8))
            members.CurrentPeriodEnd = fields.Time(ref reader, "/data/currentPeriodEnd", dateAllowed: true);
        else if (name.SequenceEqual("cancelAtPeriodEnd"u8)) members.CancelAtPeriodEnd = fields.Flag(ref reader, "/data/cancelAtPeriodEnd");
        else if (name.SequenceEqual("endsAt"u8)) members.EndsAt = fields.Time(ref reader, "/data/endsAt", dateAllowed: true);
        else if (name.SequenceEqual("paused"u8)) members.Paused = fields.Flag(ref reader, "/data/paused");
        else return false;
        return true;
    }
}
