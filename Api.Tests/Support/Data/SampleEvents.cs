using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Events dated in days before <see cref="Now"/>, and the signals derived from them at <see cref="Now"/>.</summary>
internal static class SampleEvents
{
    public static readonly DateTimeOffset Now = AccountHistory.Now;

    public static Account Acme { get; } = new() { Id = "acme", Name = "Acme" };

    public static HealthEvent Usage(
        double daysAgo, EventType type = EventType.UsageActivity, string? user = null, string? feature = null, decimal quantity = 1) =>
        Event(daysAgo, type, new UsageData { UserId = user, Feature = feature, Quantity = quantity });

    public static HealthEvent Snapshot(
        double daysAgo, long? active = null, long? daily = null, long? features = null, decimal? records = null) =>
        Event(daysAgo, EventType.UsageSnapshot, new UsageData { Snapshot = new(active, daily, features, records, null, null) });

    public static HealthEvent Ticket(
        double daysAgo,
        EventType type,
        string id = "T-1",
        TicketPriority? priority = null,
        Sentiment? sentiment = null,
        bool? firstContact = null,
        EscalationLevel? level = null) => Event(daysAgo, type, new TicketData(id, priority, sentiment, firstContact, level));

    public static HealthEvent Billing(
        double daysAgo,
        EventType type = EventType.BillingSubscriptionChanged,
        string? invoice = null,
        double? due = null,
        decimal? mrr = null,
        int? licences = null,
        double? renewal = null) => Event(daysAgo, type, new BillingData
        {
            InvoiceId = invoice,
            DueDate = due is { } days ? Now.AddDays(-days) : null,
            Mrr = mrr,
            Licences = licences,
            RenewalDate = renewal is { } ahead ? Now.AddDays(ahead) : null,
        });

    public static HealthEvent Subscription(
        double daysAgo, BillingData data, EventType type = EventType.BillingSubscriptionChanged, string source = "test") =>
        Event(daysAgo, type, data) with { Source = source };

    public static HealthEvent Nps(double daysAgo, double score) =>
        Event(daysAgo, EventType.NpsResponded, new ResponseData(score, null, null));

    public static HealthEvent Csat(double daysAgo, double score) =>
        Event(daysAgo, EventType.CsatResponded, new ResponseData(score, null, null));

    public static HealthEvent Ces(double daysAgo, double score) =>
        Event(daysAgo, EventType.CesResponded, new ResponseData(score, null, null));

    public static HealthEvent Relationship(double daysAgo, EventType type, double? value = null) =>
        Event(daysAgo, type, new RelationshipData(value, null));

    public static AccountFigures Figures(params IEnumerable<HealthEvent> events)
    {
        var figures = new AccountFigures();
        foreach (var e in events)
        {
            figures.Apply(e);
        }

        return figures;
    }

    public static SignalSet Derived(params IEnumerable<HealthEvent> events) => Derived(Acme, events);

    /// <summary>Derives the signals from encoded and decoded figures, as the service does.</summary>
    public static SignalSet Derived(Account account, params IEnumerable<HealthEvent> events) =>
        SignalDeriver.Derive(AccountFigures.Decode(Figures(events).Encode(Now)), account, Now);

    private static HealthEvent Event(double daysAgo, EventType type, EventData data) =>
        new("test", "", type, "acme", Now.AddDays(-daysAgo), data);
}
