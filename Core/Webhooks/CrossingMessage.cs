using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Webhooks;

/// <summary>Turns a crossing into its webhook message (docs/webhooks.md). Each crossing gives one message with one id.</summary>
public static class CrossingMessage
{
    /// <summary>
    /// The most reasons that a message lists. If there are more, the smallest are combined into one, so that the message stays small and
    /// the reasons still sum to the change.
    /// </summary>
    internal const int MaxReasons = 25;

    /// <summary>The wire name of an enum value: <c>ChurnRisk</c> becomes <c>churn_risk</c>.</summary>
    public static string Wire<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    public static string TypeOf(Metric metric) => Wire(metric) + ".threshold_crossed";

    public static (WebhookMessage Message, WebhookFacts Facts) Of(Crossing crossing, AccountStanding standing, string? trace)
    {
        var type = TypeOf(crossing.Metric);
        using var data = JsonDocument.Parse(Data(crossing, standing).ToJsonString());
        var message = WebhookMessage.Create(crossing.Id, type, crossing.AccountId, crossing.At, data.RootElement, trace);
        var account = standing.Account;
        var facts = new WebhookFacts(
            type, account.Id, standing.Segment, Wire(crossing.Direction), Wire(crossing.Metric), account.Arr, account.Tags);
        return (message, facts with { Thresholds = crossing.Passed });
    }

    /// <summary>The <c>data</c> of the message; scores are rounded to one decimal.</summary>
    public static JsonObject Data(Crossing crossing, AccountStanding standing)
    {
        var data = Describe(crossing);
        data["account"] = Describe(standing.Account, standing.Segment);
        return data;
    }

    /// <summary>The crossing without the account.</summary>
    public static JsonObject Describe(Crossing crossing) => new()
    {
        ["crossingId"] = crossing.Id,
        ["accountId"] = crossing.AccountId,
        ["sequence"] = crossing.Sequence,
        ["metric"] = Wire(crossing.Metric),
        ["threshold"] = crossing.Threshold,
        ["bound"] = crossing.Bound,
        ["passed"] = Names(crossing.Passed),
        ["direction"] = Wire(crossing.Direction),
        ["from"] = DescribeAt(crossing.From, crossing.Metric),
        ["to"] = DescribeAt(crossing.To, crossing.Metric),
        ["resolves"] = Names(crossing.Resolves),
        ["cause"] = Wire(crossing.Cause),
        ["model"] = new JsonObject { ["id"] = crossing.ModelId, ["version"] = crossing.ModelVersion },
        ["reasons"] = new JsonArray([.. Shown(crossing.Reasons).Select(Describe)]),
    };

    /// <summary>A score, rounded for display, and its category or level.</summary>
    internal static JsonObject Describe(Standing standing, Metric metric) => new()
    {
        ["score"] = Rounding.ForDisplay(standing.Score),
        [metric == Metric.Health ? "category" : "level"] = standing.Label,
    };

    /// <summary>As <see cref="Describe(Standing, Metric)"/>, with the instant.</summary>
    private static JsonObject DescribeAt(Standing standing, Metric metric)
    {
        var described = Describe(standing, metric);
        described["at"] = standing.At?.UtcDateTime;
        return described;
    }

    internal static IEnumerable<Reason> Shown(IReadOnlyList<Reason> reasons)
    {
        if (reasons.Count <= MaxReasons) return reasons;
        var rest = reasons.Skip(MaxReasons - 1).ToList();
        return reasons.Take(MaxReasons - 1).Append(new Reason(null, rest.Sum(reason => reason.Change), $"{rest.Count} smaller parts"));
    }

    internal static JsonObject Describe(Reason reason) => new()
    {
        ["component"] = reason.Component,
        ["signal"] = reason.Signal,
        ["change"] = decimal.Round(reason.Change, 1, MidpointRounding.AwayFromZero),
        ["detail"] = reason.Detail,
    };

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => JsonValue.Create(name))];

    /// <summary>The fields of the account that every message about it contains.</summary>
    internal static JsonObject Describe(Account account, string segment) => new()
    {
        ["name"] = account.Name,
        ["segment"] = segment,
        ["arr"] = account.Arr,
        ["owner"] = account.Owner,
    };
}
