using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Evaluation.Notices;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Webhooks;

/// <summary>Turns a notice about an account into its webhook message. Each notice gives one message with one id.</summary>
public static class NoticeMessage
{
    public static (WebhookMessage Message, WebhookFacts Facts) Of(AccountNotice notice, AccountStanding standing, string? trace)
    {
        using var data = JsonDocument.Parse(Data(notice, standing).ToJsonString());
        var account = standing.Account;
        var message = WebhookMessage.Create(notice.Key, notice.Type, account.Id, notice.At, data.RootElement, trace);
        return (message, new WebhookFacts(notice.Type, account.Id, standing.Segment, null, null, account.Arr, account.Tags));
    }

    private static JsonObject Data(AccountNotice notice, AccountStanding standing)
    {
        var data = new JsonObject { ["accountId"] = standing.Account.Id };
        foreach (var (name, value) in Details(notice, standing)) data[name] = value;
        data["health"] = CrossingMessage.Describe(new(standing.Health.Score, standing.Health.Category), Thresholds.Metric.Health);
        data["churnRisk"] = CrossingMessage.Describe(new(standing.Risk.Score, standing.Risk.Level), Thresholds.Metric.ChurnRisk);
        data["account"] = CrossingMessage.Describe(standing.Account, standing.Segment);
        return data;
    }

    private static IEnumerable<(string Name, JsonNode? Value)> Details(AccountNotice notice, AccountStanding standing) => notice.Type switch
    {
        WebhookEventTypes.SignalStale => Silence(notice.Source!.Value, standing),
        WebhookEventTypes.AccountChurned => [("churnedAt", standing.Account.ChurnedAt!.Value.UtcDateTime)],
        WebhookEventTypes.RenewalUpcoming =>
        [
            ("renewalDate", standing.Account.RenewalDate!.Value.UtcDateTime),
            ("daysToRenewal", (int)standing.Signals[Signal.DaysToRenewal].Number),
            ("renewalStatus", CrossingMessage.Wire(standing.Account.RenewalStatus)),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Type, "Unknown type of notice."),
    };

    private static IEnumerable<(string Name, JsonNode? Value)> Silence(EventFamily family, AccountStanding standing)
    {
        SignalDefinition[] derived = [.. SignalCatalogue.All.Where(signal => signal.Signal.Family() == family)];
        var newest = derived.Max(signal => standing.Signals.EvidenceAt(signal.Signal));
        yield return ("source", family.Name());
        yield return ("stale", standing.Silent.Contains(family));
        yield return ("lastEventAt", newest?.UtcDateTime);
        yield return ("signals", new JsonArray([.. derived.Select(signal => (JsonNode)signal.Name)]));
    }
}
