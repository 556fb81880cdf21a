using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Webhooks;

/// <summary>Turns a crossing into the message of contract.md: one crossing, one message id.</summary>
public static class CrossingMessage
{
    private const int MaxReasons = 10;

    /// <summary>The wire form of a word: <c>ChurnRisk</c> becomes <c>churn_risk</c>.</summary>
    public static string Wire<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    public static string TypeOf(Metric metric) => Wire(metric) + ".threshold_crossed";

    public static (WebhookMessage Message, WebhookFacts Facts) Of(Crossing crossing, AccountStanding standing, string? trace)
    {
        var type = TypeOf(crossing.Metric);
        using var data = JsonDocument.Parse(Data(crossing, standing).ToJsonString());
        var message = WebhookMessage.Create(crossing.Id, type, crossing.AccountId, crossing.At, data.RootElement, trace);
        var account = standing.Account;
        var facts = new WebhookFacts(type, account.Id, standing.Segment, Wire(crossing.Direction), Wire(crossing.Metric), account.Arr, account.Tags);
        return (message, facts with { Threshold = crossing.Threshold });
    }

    /// <summary>The <c>data</c> of the message; scores are rounded to one decimal, as everywhere at the edge.</summary>
    public static JsonObject Data(Crossing crossing, AccountStanding standing)
    {
        var data = Describe(crossing);
        data["account"] = Describe(standing.Account, standing.Segment);
        return data;
    }

    /// <summary>The crossing itself.</summary>
    public static JsonObject Describe(Crossing crossing) => new()
    {
        ["crossingId"] = crossing.Id,
        ["accountId"] = crossing.AccountId,
        ["sequence"] = crossing.Sequence,
        ["metric"] = Wire(crossing.Metric),
        ["threshold"] = crossing.Threshold,
        ["bound"] = crossing.Bound,
        ["direction"] = Wire(crossing.Direction),
        ["from"] = Describe(crossing.From, crossing.Metric),
        ["to"] = Describe(crossing.To, crossing.Metric),
        ["resolves"] = crossing.Resolves,
        ["cause"] = Wire(crossing.Cause),
        ["model"] = new JsonObject { ["id"] = crossing.ModelId, ["version"] = crossing.ModelVersion },
        ["reasons"] = new JsonArray([.. crossing.Reasons.Take(MaxReasons).Select(Describe)]),
    };

    /// <summary>A score, rounded for display, and its category or level.</summary>
    internal static JsonObject Describe(Standing standing, Metric metric) => new()
    {
        ["score"] = standing.Score is { } score ? Rounding.ForDisplay(score) : null,
        [metric == Metric.Health ? "category" : "level"] = standing.Label,
    };

    private static JsonObject Describe(Reason reason) => new()
    {
        ["component"] = reason.Component,
        ["change"] = Rounding.ForDisplay(reason.Change),
        ["detail"] = reason.Detail,
    };

    /// <summary>What every message about an account says of it.</summary>
    internal static JsonObject Describe(Account account, string segment) => new()
    {
        ["name"] = account.Name,
        ["segment"] = segment,
        ["arr"] = account.Arr,
        ["owner"] = account.Owner,
    };
}
