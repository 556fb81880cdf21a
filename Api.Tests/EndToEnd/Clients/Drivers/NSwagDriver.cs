using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Generated;

/// <summary>
/// Calls the service through the client that NSwag generates. The test compiles it with the client, once for each serializer.
/// </summary>
public static class Driver
{
    public static async Task<IReadOnlyDictionary<string, object>> RunAsync(HttpClient http)
    {
        var client = new HealthApiClient(http);
#if SYSTEM_TEXT_JSON

        // Policy documents take no null. Newtonsoft leaves out what is optional anyway.
        client.JsonSerializerSettings.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;

        // The members of an answer come in any order.
        client.JsonSerializerSettings.AllowOutOfOrderMetadataProperties = true;
#endif
        var seen = new Dictionary<string, object>();

        var account = await client.PutAccountAsync(
            "acme", null, null,
            new AccountInput { Name = "Acme", Arr = 120000, Tags = ["strategic"], RenewalStatus = OptionalRenewalStatus.Negotiating });
        seen["put"] = account.Name;

        var ingested = await client.IngestUsageAsync(
            null,
            [
                new UsageEvent { Id = "use-1", Type = UsageEventType.Usage_login, AccountId = "acme" },
                new UsageEvent
                {
                    Id = "use-2",
                    Type = UsageEventType.Usage_feature_used,
                    AccountId = "acme",
                    Data = new UsageData { UserId = "u1", Feature = "reports", Quantity = 3 },
                },
            ]);
        seen["usage"] = ingested.Accepted;

        var mixed = await client.IngestEventsAsync(
            null, [new Event { Id = "nps-1", Type = EventType.Nps_responded, AccountId = "acme", Data = new { score = 9 } }]);
        seen["events"] = mixed.Accepted;

        account = await client.GetAccountAsync("acme");
        seen["account"] = $"{account.Id} {account.Arr} {account.RenewalStatus} {account.Segment} {account.Tags.Single()}";

        var scored = await client.ScoreAsync(
            null, null, null,
            new ScoreRequest
            {
                Model = "lifecycle",
                Accounts =
                [
                    new ScoreAccount
                    {
                        Id = "a",
                        Signals = new SignalValues { DaysSinceLastActivity = 3, PaymentStatus = SignalValuesPaymentStatus.Current },
                    },
                ],
            });
        var measures = scored.Results.Single().Components.SelectMany(component => component.Measures).Where(measure => measure.Points > 0);
        seen["score"] = scored.Results.Single().Score;
        seen["values"] = string.Join(", ", measures.Select(measure => $"{measure.Signal} {measure.Value}"));

        var webhook = (await client.ListWebhooksAsync(null, null)).Data.Single();
        seen["webhooks"] = $"{string.Join(", ", webhook.EventTypes)} {webhook.Filter.Directions.Single()} {webhook.DisabledReason}";

        var model = await client.GetModelAsync("lifecycle", null);
        var normalisers = model.Components.SelectMany(component => component.Measures).Select(measure => measure.Normaliser).ToList();
        model.Id = "copy";
        model.Default = false;
        var copy = await client.PutModelAsync("copy", null, null, model);
        seen["model"] = normalisers.OfType<BandsNormaliser>().Sum(normaliser => normaliser.Bands.Count) > 0
            && normalisers.Count == copy.Components.Sum(component => component.Measures.Count);

        var rules = await client.GetChurnRulesAsync(null);
        seen["rules"] = rules.Indicators.Select(rule => rule.Condition).Any(condition => condition.Op == ConditionOperator.AtLeast);

        try
        {
            await client.PutAccountAsync("acme", null, null, new AccountInput { Currency = "dollars" });
        }
        catch (ApiException<Problem> problem)
        {
            var error = problem.Result.Errors.Single();
            seen["problem"] = $"{problem.StatusCode} {problem.Result.Type} {error.Pointer} {error.Code}";
        }

        return seen;
    }

    /// <summary>What stands on the account's timeline.</summary>
    public static async Task<IReadOnlyDictionary<string, object>> ReadTimelineAsync(HttpClient http)
    {
        var page = await new HealthApiClient(http).GetAccountTimelineAsync("acme", null, null, null);
        return page.Data.OfType<TimelineEvent>().ToDictionary(entry => entry.Id, entry => (object)entry.Type);
    }
}
