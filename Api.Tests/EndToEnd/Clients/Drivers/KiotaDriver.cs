#nullable disable
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Generated;
using Generated.Models;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;

/// <summary>Calls the service through the client that Kiota generates. The test compiles it with the client.</summary>
public static class Driver
{
    public static async Task<IReadOnlyDictionary<string, object>> RunAsync(HttpClient http)
    {
        var client = Connect(http);
        var seen = new Dictionary<string, object>();

        var account = await client.V1.Accounts["acme"].PutAsync(
            new AccountInput { Name = "Acme", Arr = 120000, Tags = ["strategic"], RenewalStatus = OptionalRenewalStatus.Negotiating });
        seen["put"] = account.Name;

        var ingested = await client.V1.Events.Usage.PostAsync(new UsageEvents
        {
            UsageEvent =
            [
                new UsageEvent { Id = "use-1", Type = UsageEventType.UsageLogin, AccountId = "acme" },
                new UsageEvent
                {
                    Id = "use-2",
                    Type = UsageEventType.UsageFeature_used,
                    AccountId = "acme",
                    Data = new UsageData { UserId = "u1", Feature = "reports", Quantity = 3 },
                },
            ],
        });
        seen["usage"] = ingested.Accepted;

        var data = new Event_data { AdditionalData = { ["score"] = 9 } };
        var mixed = await client.V1.Events.PostAsync(
            new Events { Event = [new Event { Id = "nps-1", Type = EventType.NpsResponded, AccountId = "acme", Data = data }] });
        seen["events"] = mixed.Accepted;

        account = await client.V1.Accounts["acme"].GetAsync();
        seen["account"] = $"{account.Id} {account.Arr} {account.RenewalStatus} {account.Segment} {account.Tags.Single()}";

        var scored = await client.V1.Score.PostAsync(new ScoreRequest
        {
            Model = new ModelChoice { String = "lifecycle" },
            Accounts =
            [
                new ScoreAccount
                {
                    Id = "a",
                    Signals = new SignalValues { DaysSinceLastActivity = 3, PaymentStatus = SignalValues_paymentStatus.Current },
                },
            ],
        });
        var measures = scored.Results.Single().Components.SelectMany(component => component.Measures).Where(measure => measure.Points > 0);
        seen["score"] = scored.Results.Single().Score;
        seen["values"] = string.Join(", ", measures.Select(measure => $"{measure.Signal} {Show(measure.Value)}"));

        var webhook = (await client.V1.Webhooks.GetAsync()).Data.Single();
        seen["webhooks"] = $"{string.Join(", ", webhook.EventTypes)} {webhook.Filter.Directions.Single()} {webhook.DisabledReason}";

        var model = await client.V1.Models["lifecycle"].GetAsync();
        var normalisers = model.Components.SelectMany(component => component.Measures).Select(measure => measure.Normaliser).ToList();
        model.Id = "copy";
        model.Default = false;
        var copy = await client.V1.Models["copy"].PutAsync(model);
        seen["model"] = normalisers.OfType<BandsNormaliser>().Sum(normaliser => normaliser.Bands.Count) > 0
            && normalisers.Count == copy.Components.Sum(component => component.Measures.Count);

        var rules = await client.V1.ChurnRules.GetAsync();
        seen["rules"] = rules.Indicators.Select(rule => rule.Condition).Any(condition => condition.Op == ConditionOperator.GreaterThanEqual);

        try
        {
            await client.V1.Accounts["acme"].PutAsync(new AccountInput { Currency = "dollars" });
        }
        catch (Problem problem)
        {
            var error = problem.Errors.Single();
            seen["problem"] = $"{problem.ResponseStatusCode} {problem.Type} {error.Pointer} {error.Code}";
        }

        return seen;
    }

    /// <summary>What stands on the account's timeline.</summary>
    public static async Task<IReadOnlyDictionary<string, object>> ReadTimelineAsync(HttpClient http)
    {
        var page = await Connect(http).V1.Accounts["acme"].Timeline.GetAsync();
        return page.Data.OfType<TimelineEvent>().ToDictionary(entry => entry.Id, entry => (object)entry.Type);
    }

    private static HealthApiClient Connect(HttpClient http) => new(
        new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = http.BaseAddress.ToString() });

    private static object Show(UntypedNode value) => value switch
    {
        UntypedString text => text.GetValue(),
        UntypedInteger number => number.GetValue(),
        UntypedDouble number => number.GetValue(),
        UntypedDecimal number => number.GetValue(),
        _ => value,
    };
}
