using System.Data.Common;
using HealthApi.Infrastructure.Auditing;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>
/// Writes the audit entries of subscriptions. An entry holds the settings, but only those parts of the URL that cannot hold credentials,
/// and never a secret.
/// </summary>
internal static class SubscriptionAudit
{
    /// <summary>Adds nothing for a change that leaves the settings as they are.</summary>
    public static Task AddAsync(
        DbTransaction transaction, string action, string id, WebhookSettings? before, WebhookSettings? after, DateTimeOffset at)
    {
        var change = new AuditChange(AuditKinds.Webhook, action, id) { Before = Shown(before), After = Shown(after) };
        return action == AuditActions.Changed && AuditJson.Write(change.Before) == AuditJson.Write(change.After) ? Task.CompletedTask
            : AuditTrail.AddAsync(transaction, change, at);
    }

    /// <param name="reason">Why it is disabled; null where it is not.</param>
    public static Task AddSwitchAsync(DbTransaction transaction, string id, bool enabled, string? reason, DateTimeOffset at) =>
        AuditTrail.AddAsync(
            transaction,
            new AuditChange(AuditKinds.Webhook, enabled ? AuditActions.Enabled : AuditActions.Disabled, id)
            {
                Before = new { Enabled = !enabled },
                After = new { Enabled = enabled, DisabledReason = reason },
            },
            at);

    private static object? Shown(WebhookSettings? settings) => settings is null ? null : new
    {
        Url = AuditJson.Url(settings.Url),
        settings.EventTypes,
        settings.Description,
        settings.Filter,
        settings.MaxPerMinute,
        settings.StrictOrder,
    };
}
