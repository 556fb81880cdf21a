using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Events;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// Generates events of every family. They name few users, features, tickets and invoices, so that several events concern the same one. Many
/// instants lie on whole days and hours, so that they coincide with each other and with the bounds of windows; others are arbitrary.
/// </summary>
internal static class EventGenerator
{
    private static readonly string?[] UserIds = [null, "ada", "bob", "cleo", "dan", "eve"];
    private static readonly string?[] FeatureNames = [null, "reports", "export", "alerts", "search"];
    private static readonly decimal[] Quantities = [0, 1, 1, 2.5m, 0.1m, 0.000001m, 123_456.789m, 1_000_000_000_000m];

    public static Gen<HealthEvent> Event =>
        from occurredAt in Past
        from content in Gen.Frequency((4, Usage), (4, Ticket), (3, Billing), (3, Response), (2, Relationship))
        select new HealthEvent("test", "", content.Type, "acme", occurredAt, content.Data);

    private static Gen<DateTimeOffset> Past =>
        from days in Gen.Frequency((5, Gen.Choose(0, 35)), (3, Gen.Choose(36, 100)), (2, Gen.Choose(101, 398)))
        from within in Gen.Frequency(
            (3, Gen.Constant(TimeSpan.Zero)),
            (2, Gen.Choose(0, 23).Select(hours => TimeSpan.FromHours(hours))),
            (2, Gen.Choose(0, 86_399).Select(seconds => TimeSpan.FromSeconds(seconds))),
            (2, Gen.Choose(0, int.MaxValue).Select(micros => TimeSpan.FromMicroseconds(micros))))
        select AccountHistory.Now.AddDays(-days) - within;

    internal static Gen<(EventType Type, EventData Data)> Usage =>
        from type in Gen.Elements(EventType.UsageLogin, EventType.UsageFeatureUsed, EventType.UsageActivity, EventType.UsageSnapshot)
        from user in Gen.Elements(UserIds)
        from feature in Gen.Elements(FeatureNames)
        from quantity in Gen.Elements(Quantities)
        from snapshot in Snapshot
        select (type, (EventData)new UsageData
        {
            UserId = user,
            Feature = feature,
            Quantity = quantity,
            Snapshot = type == EventType.UsageSnapshot ? snapshot : null,
        });

    private static Gen<UsageSnapshot> Snapshot =>
        from active in Gen.Elements<long?>(null, 0, 3, 9)
        from daily in Gen.Elements<long?>(null, 0, 1, 2, 3, 4, 5)
        from features in Gen.Elements<long?>(null, 0, 2, 7)
        from records in Gen.Elements<decimal?>(null, 0, 0.3m, 40)
        select new UsageSnapshot(active, daily, features, records, null, null);

    private static Gen<(EventType Type, EventData Data)> Ticket =>
        from type in Gen.Elements(Types(EventFamily.Ticket))
        from id in Gen.Elements("T-1", "T-2", "T-3", "T-4", "T-5", "T-6")
        from priority in Gen.Elements<TicketPriority?>(
            null, null, TicketPriority.P1, TicketPriority.P2, TicketPriority.P3, TicketPriority.P4)
        from sentiment in Gen.Elements<Sentiment?>(null, null, Sentiment.Positive, Sentiment.Neutral, Sentiment.Negative)
        from firstContact in Gen.Elements<bool?>(null, null, true, false)
        from level in Gen.Elements<EscalationLevel?>(null, EscalationLevel.Normal, EscalationLevel.Executive)
        select (type, (EventData)new TicketData(id, priority, sentiment, firstContact, level));

    private static Gen<(EventType Type, EventData Data)> Billing =>
        from type in Gen.Elements(Types(EventFamily.Billing))
        from invoice in Gen.Elements(null, null, "in-1", "in-2", "in-3", "in-4")
        from due in Gen.Elements<int?>(null, null, -380, -40, -20, -10, -1, 0, 5)
        from mrr in Gen.Elements<decimal?>(null, null, 0, 100, 70.00m, 99.99m)
        from licences in Gen.Elements<int?>(null, null, 0, 5, 10)
        from subscription in Subscription
        select (type, (EventData)(subscription with
        {
            InvoiceId = invoice,
            DueDate = due is { } days ? AccountHistory.Now.AddDays(days) : null,
            Mrr = mrr,
            Licences = licences,
        }));

    /// <summary>The data of one of few subscriptions, without MRR and licences.</summary>
    private static Gen<BillingData> Subscription =>
        from id in Gen.Elements(null, null, "sub-1", "sub-2")
        from term in Gen.Elements<int?>(null, null, 1, 3, 12)
        from renews in Gen.Elements<bool?>(null, null, null, true, false)
        from period in Gen.Elements<int?>(null, null, null, -60, 10, 45)
        from renewal in Gen.Elements<int?>(null, null, null, -100, 20, 31, 300)
        from cancels in Gen.Elements<bool?>(null, null, null, null, true, false)
        from ends in Gen.Elements<int?>(null, null, null, null, -120, -30, 12, 40)
        from paused in Gen.Elements<bool?>(null, null, null, null, null, true, false)
        from currency in Gen.Elements(null, null, null, "USD", "EUR")
        select new BillingData
        {
            SubscriptionId = id,
            Plan = term is null ? null : $"plan-{term}",
            TermMonths = term,
            AutoRenew = renews,
            CurrentPeriodEnd = Ahead(period),
            RenewalDate = Ahead(renewal),
            CancelAtPeriodEnd = cancels,
            EndsAt = Ahead(ends),
            Paused = paused,
            Currency = currency,
        };

    private static DateTimeOffset? Ahead(int? days) => days is { } ahead ? AccountHistory.Now.AddDays(ahead) : null;

    private static Gen<(EventType Type, EventData Data)> Response =>
        from type in Gen.Elements(EventType.NpsResponded, EventType.CsatResponded, EventType.CsatResponded, EventType.CesResponded)
        from score in Gen.Elements(1, 2, 3, 4, 5, 3.5, 4.1)
        from better in Gen.Choose(0, 5)
        from response in Gen.Elements(null, null, "r-1", "r-2", "r-3")
        select (
            type,
            (EventData)new ResponseData(
                type == EventType.NpsResponded ? Math.Floor(score) + better : score, null, null)
            { ResponseId = response });

    private static Gen<(EventType Type, EventData Data)> Relationship =>
        from type in Gen.Elements(Types(EventFamily.Relationship))
        from value in Gen.Elements<double?>(null, 0, 33.3, 80)
        select (type, (EventData)new RelationshipData(value, null));

    private static EventType[] Types(EventFamily family) => [.. Enum.GetValues<EventType>().Where(type => type.Family() == family)];
}
