using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Evaluation.Notices;
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
        foreach (var (name, value) in Details(notice.Type, standing)) data[name] = value;
        data["health"] = CrossingMessage.Describe(new(standing.Health.Score, standing.Health.Category), Thresholds.Metric.Health);
        data["churnRisk"] = CrossingMessage.Describe(new(standing.Risk.Score, standing.Risk.Level), Thresholds.Metric.ChurnRisk);
        data["account"] = CrossingMessage.Describe(standing.Account, standing.Segment);
        return data;
    }

    private static IEnumerable<(string Name, JsonNode? Value)> Details(string type, AccountStanding standing) => type switch
    {
        WebhookEventTypes.AccountChurned => [("churnedAt", standing.Account.ChurnedAt!.Value.UtcDateTime)],
        WebhookEventTypes.RenewalUpcoming =>
        [
            ("renewalDate", standing.Account.RenewalDate!.Value.UtcDateTime),
            ("daysToRenewal", (int)standing.Signals[Signal.DaysToRenewal].Number),
            ("renewalStatus", CrossingMessage.Wire(standing.Account.RenewalStatus)),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type of notice."),
    };
}
