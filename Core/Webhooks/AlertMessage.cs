using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// Turns a change of an alert into its webhook message (docs/webhooks.md). Each change gives at most one message with one id.
/// </summary>
public static class AlertMessage
{
    /// <summary>The type of the message about a kind of change; null where there is none.</summary>
    public static string? TypeOf(AlertChangeKind kind) => kind switch
    {
        AlertChangeKind.Opened => WebhookEventTypes.AlertOpened,
        AlertChangeKind.Updated or AlertChangeKind.Reopened => WebhookEventTypes.AlertUpdated,
        AlertChangeKind.Resolved => WebhookEventTypes.AlertResolved,
        AlertChangeKind.SnoozeEnded => WebhookEventTypes.AlertSnoozeEnded,
        _ => null,
    };

    /// <param name="alert">The alert after the change.</param>
    /// <param name="account">The account with its effective terms.</param>
    /// <param name="suppressed">The number of messages to the owner that were withheld since the last one.</param>
    public static (WebhookMessage Message, WebhookFacts Facts) Of(
        AlertChange change, Alert alert, Account account, int suppressed, string? trace)
    {
        var type = TypeOf(change.Kind) ?? throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "Sends no message.");
        using var data = JsonDocument.Parse(Data(change, alert, account, suppressed).ToJsonString());
        var message =
            WebhookMessage.Create($"{change.AlertId}\n{change.Number}", type, account.Id, change.At, data.RootElement, trace);
        var facts = new WebhookFacts(
            type, account.Id, alert.Segment, null, CrossingMessage.Wire(alert.Metric), account.Arr, account.Tags);
        return (message, facts);
    }

    /// <summary>The reasons as answers and messages show them.</summary>
    public static JsonArray Describe(IReadOnlyList<Reason> reasons) =>
        new([.. CrossingMessage.Shown(reasons).Select(CrossingMessage.Describe)]);

    private static JsonObject Data(AlertChange change, Alert alert, Account account, int suppressed) => new()
    {
        ["accountId"] = account.Id,
        ["alert"] = Describe(alert, account),
        ["account"] = Describe(account, alert.Segment),
        ["reasons"] = Describe(alert.Reasons),
        ["interventions"] = Names(alert.Interventions),
        ["cause"] = CrossingMessage.Wire(change.Cause),
        ["suppressed"] = suppressed,
        ["actions"] = Actions(alert.Id),
    };

    private static JsonObject Describe(Alert alert, Account account) => new()
    {
        ["id"] = alert.Id,
        ["accountId"] = alert.AccountId,
        ["metric"] = CrossingMessage.Wire(alert.Metric),
        ["severity"] = alert.Severity.Name(),
        ["status"] = alert.Status.Name(),
        ["openedAt"] = alert.OpenedAt.UtcDateTime,
        ["updatedAt"] = alert.UpdatedAt.UtcDateTime,
        ["confirmedAt"] = alert.ConfirmedAt?.UtcDateTime,
        ["acknowledgedAt"] = alert.AcknowledgedAt?.UtcDateTime,
        ["acknowledgedBy"] = alert.AcknowledgedBy,
        ["snoozedUntil"] = alert.SnoozedUntil?.UtcDateTime,
        ["resolvedAt"] = alert.ResolvedAt?.UtcDateTime,
        ["resolution"] = alert.Resolution?.Name(),
        ["flapping"] = alert.Flapping,
        ["cause"] = CrossingMessage.Wire(alert.Cause),
        ["owner"] = alert.Owner,
        ["suppressed"] = alert.Suppressed,
        ["opened"] = CrossingMessage.Describe(alert.Opened, alert.Metric),
        ["worst"] = DescribeWorst(alert),
        ["now"] = CrossingMessage.Describe(alert.Now, alert.Metric),
        ["reasons"] = Describe(alert.Reasons),
        ["interventions"] = Names(alert.Interventions),
        ["crossings"] = Names(alert.Crossings),
        ["account"] = Describe(account, alert.Segment),
    };

    private static JsonObject DescribeWorst(Alert alert)
    {
        var described = CrossingMessage.Describe(new Standing(alert.Worst.Score, alert.Worst.Label), alert.Metric);
        described["at"] = alert.Worst.At.UtcDateTime;
        return described;
    }

    private static JsonObject Describe(Account account, string segment)
    {
        var described = CrossingMessage.Describe(account, segment);
        described["mrr"] = account.Mrr;
        return described;
    }

    private static JsonObject Actions(string id) => new()
    {
        ["acknowledge"] = $"/v1/alerts/{id}/acknowledge",
        ["snooze"] = $"/v1/alerts/{id}/snooze",
        ["resolve"] = $"/v1/alerts/{id}/resolve",
        ["assign"] = $"/v1/alerts/{id}/assign",
    };

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => JsonValue.Create(name))];
}
