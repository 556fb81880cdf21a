using System.Data.Common;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>A decision about an alert, to be written.</summary>
/// <param name="Account">The account with its effective terms.</param>
/// <param name="Limit">The number of messages to an owner within 7 days; null for no limit.</param>
/// <param name="Trace">The <c>traceparent</c> of the request that caused the decision, or null.</param>
/// <param name="Act">What a person stated; null for a decision of the service.</param>
internal sealed record AlertEntry(AlertChange Change, Account Account, string Segment, int? Limit, string? Trace, AlertAct? Act = null);

/// <summary>
/// Writes decisions about alerts: the alerts, their histories and the budgets of owners, with a constant number of statements. The account
/// of each alert must be locked by the transaction.
/// </summary>
internal static class AlertWriter
{
    /// <param name="entries">In the order in which they were decided.</param>
    /// <returns>The messages to queue in the same transaction.</returns>
    public static async Task<IReadOnlyList<(WebhookMessage Message, WebhookFacts Facts)>> WriteAsync(
        DbTransaction transaction, IReadOnlyList<AlertEntry> entries)
    {
        if (entries.Count == 0) return [];
        var alerts = await ReadAsync(transaction, entries);
        var budgets = await AlertBudgets.LoadAsync(transaction, Owners(entries, alerts));
        var messages = new List<(WebhookMessage Message, WebhookFacts Facts)>();
        foreach (var entry in entries)
        {
            var alert = (alerts.GetValueOrDefault(entry.Change.AlertId) ?? Alert.Begin(entry.Change, entry.Segment))
                .After(entry.Change, entry.Account, entry.Segment, entry.Act);
            alerts[alert.Id] = Announce(entry, alert, budgets, messages);
        }

        var history = entries.Where(entry => entry.Change.Kind != AlertChangeKind.Refreshed)
            .Select(entry => AlertHistoryRow.Of(entry.Change, entry.Act)).ToList();
        await AlertRows.WriteAsync(transaction, alerts.Values.Select(AlertRow.Of), history);
        await budgets.SaveAsync(transaction);
        return messages;
    }

    /// <summary>The alerts of the entries that were opened before.</summary>
    private static async Task<Dictionary<string, Alert>> ReadAsync(DbTransaction transaction, IReadOnlyList<AlertEntry> entries)
    {
        var opened = entries.Where(entry => entry.Change.Kind == AlertChangeKind.Opened).Select(entry => entry.Change.AlertId)
            .ToHashSet(StringComparer.Ordinal);
        var known = entries.Select(entry => entry.Change.AlertId).Where(id => !opened.Contains(id)).ToHashSet(StringComparer.Ordinal);
        if (known.Count == 0) return new Dictionary<string, Alert>(StringComparer.Ordinal);
        return (await AlertRows.ReadAsync(transaction, known))
            .ToDictionary(pair => pair.Key, pair => pair.Value.ToAlert(), StringComparer.Ordinal);
    }

    /// <summary>Adds the message of a change, unless the change is not announced, or the owner's limit is reached.</summary>
    /// <returns>The alert with the number of its messages.</returns>
    private static Alert Announce(
        AlertEntry entry, Alert alert, AlertBudgets budgets, List<(WebhookMessage Message, WebhookFacts Facts)> messages)
    {
        var change = entry.Change;
        if (!change.Announced || AlertMessage.TypeOf(change.Kind) is null) return alert;
        if (change.Kind == AlertChangeKind.Resolved && alert.Messages == 0) return alert;
        var withheld = 0;
        if (IsLimited(entry))
        {
            (var sent, withheld) = budgets.Take(alert.Owner ?? "", entry.Limit!.Value, alert.Severity, change.At);
            if (!sent) return alert with { Suppressed = alert.Suppressed + 1 };
        }

        var told = alert with { Messages = alert.Messages + 1 };
        messages.Add(AlertMessage.Of(change, told, entry.Account, withheld, entry.Trace));
        return told;
    }

    private static bool IsLimited(AlertEntry entry) => entry is
    {
        Limit: not null, Change: { Announced: true, Kind: AlertChangeKind.Opened or AlertChangeKind.Updated }
    };

    private static HashSet<string> Owners(IReadOnlyList<AlertEntry> entries, Dictionary<string, Alert> alerts) => entries
        .Where(IsLimited).Select(entry => alerts.GetValueOrDefault(entry.Change.AlertId)?.AssignedOwner ?? entry.Account.Owner ?? "")
        .ToHashSet(StringComparer.Ordinal);
}
