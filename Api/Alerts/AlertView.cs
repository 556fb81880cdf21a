using System.Text.Json.Nodes;
using HealthApi.Infrastructure.Alerts;

namespace HealthApi.Api.Alerts;

/// <summary>An alert as answers show it. Scores are rounded to one decimal.</summary>
internal record AlertView
{
    protected AlertView(ListedAlert alert)
    {
        (Id, AccountId, Metric, Severity, Status) = (alert.Id, alert.AccountId, alert.Metric, alert.Severity, alert.Status);
        (OpenedAt, UpdatedAt, ConfirmedAt) = (alert.OpenedAt, alert.UpdatedAt, alert.ConfirmedAt);
        (AcknowledgedAt, AcknowledgedBy, SnoozedUntil) = (alert.AcknowledgedAt, alert.AcknowledgedBy, alert.SnoozedUntil);
        (ResolvedAt, Resolution, Flapping, Cause) = (alert.ResolvedAt, alert.Resolution, alert.Flapping, alert.Cause);
        (Owner, Suppressed) = (alert.Owner, alert.Suppressed);
        Opened = AlertStandingView.Of(alert.Metric, alert.OpenedScore, alert.OpenedLabel, null);
        Worst = AlertStandingView.Of(alert.Metric, alert.WorstScore, alert.WorstLabel, alert.WorstAt);
        Now = AlertStandingView.Of(alert.Metric, alert.NowScore, alert.NowLabel, null);
        Reasons = JsonNode.Parse(alert.Reasons);
        Interventions = JsonNode.Parse(alert.Interventions);
        Crossings = JsonNode.Parse(alert.Crossings);
        Account = new AlertAccountView(alert.Name, alert.Segment, alert.Arr, alert.Mrr, alert.AccountOwner);
    }

    public string Id { get; }

    public string AccountId { get; }

    public string Metric { get; }

    public string Severity { get; }

    public string Status { get; }

    public DateTimeOffset OpenedAt { get; }

    public DateTimeOffset UpdatedAt { get; }

    /// <summary>When its condition had held for the time of confirmation; null for an alert that opened at once, until then.</summary>
    public DateTimeOffset? ConfirmedAt { get; }

    public DateTimeOffset? AcknowledgedAt { get; }

    public string? AcknowledgedBy { get; }

    public DateTimeOffset? SnoozedUntil { get; }

    public DateTimeOffset? ResolvedAt { get; }

    public string? Resolution { get; }

    public bool Flapping { get; }

    public string Cause { get; }

    /// <summary>The person whom the alert is assigned to, else the account's owner.</summary>
    public string? Owner { get; }

    /// <summary>Messages that were withheld because the owner's limit was reached.</summary>
    public int Suppressed { get; }

    public AlertStandingView Opened { get; }

    public AlertStandingView Worst { get; }

    public AlertStandingView Now { get; }

    public JsonNode? Reasons { get; }

    public JsonNode? Interventions { get; }

    public JsonNode? Crossings { get; }

    public AlertAccountView Account { get; }

    public static AlertView Of(ListedAlert alert) => new(alert);
}

/// <summary>An alert with what happened to it, oldest first.</summary>
internal sealed record AlertDetailsView : AlertView
{
    private AlertDetailsView(AlertDetails details)
        : base(details.Alert) => History = details.History;

    public IReadOnlyList<AlertHistoryEntry> History { get; }

    public static AlertDetailsView Of(AlertDetails details) => new(details);
}
