using FsCheck;
using FsCheck.Fluent;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// Events as callers post them: of all families, about two accounts, at most 90 days old. Identities repeat.
/// </summary>
internal static class RawEvents
{
    private static readonly string[] Bodies =
    [
        """ "type":"usage.login","data":{"userId":"ada"} """,
        """ "type":"usage.login","data":{"userId":"bob"} """,
        """ "type":"usage.feature_used","data":{"userId":"ada","feature":"reports","quantity":0.1} """,
        """ "type":"usage.feature_used","data":{"userId":"bob","feature":"export","quantity":1.25} """,
        """ "type":"usage.snapshot","data":{"activeUsers":4,"records":12.5} """,
        """ "type":"ticket.opened","data":{"ticketId":"t1","priority":"p1","sentiment":"negative"} """,
        """ "type":"ticket.escalated","data":{"ticketId":"t1","level":"executive"} """,
        """ "type":"ticket.resolved","data":{"ticketId":"t1","firstContactResolution":true} """,
        """ "type":"ticket.opened","data":{"ticketId":"t2","sentiment":"positive"} """,
        """ "type":"billing.invoice_paid","data":{"invoiceId":"i1","amount":100} """,
        """ "type":"billing.payment_failed","data":{"invoiceId":"i2"} """,
        """ "type":"billing.invoice_paid","data":{"invoiceId":"i2"} """,
        """ "type":"billing.subscription_changed","data":{"mrr":900,"licences":12} """,
        """ "type":"nps.responded","data":{"score":3} """,
        """ "type":"nps.responded","data":{"score":10} """,
        """ "type":"csat.responded","data":{"score":5} """,
        """ "type":"relationship.champion_left","data":{} """,
        """ "type":"relationship.champion_joined","data":{} """,
        """ "type":"relationship.competitor_mentioned","data":{} """,
    ];

    /// <summary>An event whose content follows from its id: a repeated id is a duplicate, never a conflict.</summary>
    public static Gen<string> Event(DateTimeOffset now) =>
        from number in Gen.Choose(0, 60)
        from account in Gen.Elements("acme", "globex")
        select Json(number, account, now);

    private static string Json(int number, string account, DateTimeOffset now)
    {
        var age = number < 20 ? TimeSpan.FromHours(number) : number < 45 ? TimeSpan.FromHours(number * 11)
            : TimeSpan.FromDays(number * 1.5);
        return $$"""{"id":"{{account}}-{{number}}","accountId":"{{account}}","occurredAt":"{{now - age:yyyy-MM-ddTHH:mm:ssZ}}",{{Bodies[number % Bodies.Length]}}}""";
    }
}
