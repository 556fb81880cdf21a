using HealthApi.Core.Alerts;
using HealthApi.Core.History;

namespace HealthApi.Infrastructure.Alerts.Simulating;

/// <summary>
/// Counts the messages of replayed alerts. Those of owners with a limit are counted at the end, in the order of time, because the limit is
/// shared by the accounts of an owner.
/// </summary>
internal sealed class SimulatedMessages(DateTimeOffset from)
{
    private readonly List<Limited> _limited = [];
    private long _sent;

    public void Add(ReplayedAlert alert)
    {
        var change = alert.Change;
        if (!change.Announced || change.Kind is not (AlertChangeKind.Opened or AlertChangeKind.Updated or AlertChangeKind.Resolved)) return;
        if (alert.Limit is { } limit)
            _limited.Add(new Limited(change.At, alert.Owner ?? "", limit, change.Severity, change.Kind, change.AlertId));
        else if (change.At >= from) _sent++;
    }

    public (long Sent, long Suppressed) Complete()
    {
        var (sent, suppressed) = (_sent, 0L);
        var budgets = new Dictionary<string, AlertBudget>(StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in _limited.OrderBy(message => message.At))
        {
            var isSent = message.Kind == AlertChangeKind.Resolved ? known.Contains(message.AlertId) : Take(budgets, message);
            if (isSent) known.Add(message.AlertId);
            if (message.At < from) continue;
            if (isSent) sent++;
            else if (message.Kind != AlertChangeKind.Resolved) suppressed++;
        }

        return (sent, suppressed);
    }

    private static bool Take(Dictionary<string, AlertBudget> budgets, Limited message)
    {
        (budgets[message.Owner], var isSent) =
            budgets.GetValueOrDefault(message.Owner, AlertBudget.Unused).Next(message.Limit, message.Severity, message.At);
        return isSent;
    }

    private sealed record Limited(
        DateTimeOffset At, string Owner, int Limit, AlertSeverity Severity, AlertChangeKind Kind, string AlertId);
}
