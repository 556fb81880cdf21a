using System.Text.Json;
using HealthApi.Core.Alerts;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>A row of <c>alerts</c>.</summary>
internal sealed record AlertRow
{
    public string Id { get; init; } = "";

    public string AccountId { get; init; } = "";

    public string Metric { get; init; } = "";

    public string Severity { get; init; } = "";

    public int SeverityRank { get; init; }

    public string Status { get; init; } = "";

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? Resolution { get; init; }

    public bool Flapping { get; init; }

    public string? Owner { get; init; }

    public string? AssignedOwner { get; init; }

    public string Segment { get; init; } = "";

    public decimal Arr { get; init; }

    public double? OpenedScore { get; init; }

    public string OpenedLabel { get; init; } = "";

    public int WorstRank { get; init; }

    public double? WorstScore { get; init; }

    public string WorstLabel { get; init; } = "";

    public DateTimeOffset WorstAt { get; init; }

    public double? NowScore { get; init; }

    public string NowLabel { get; init; } = "";

    public string Reasons { get; init; } = "[]";

    public string Interventions { get; init; } = "[]";

    public string Crossings { get; init; } = "[]";

    public string Cause { get; init; } = "";

    public int Changes { get; init; }

    public int Messages { get; init; }

    public int Suppressed { get; init; }

    public static AlertRow Of(Alert alert) => new()
    {
        Id = alert.Id,
        AccountId = alert.AccountId,
        Metric = CrossingMessage.Wire(alert.Metric),
        Severity = alert.Severity.Name(),
        SeverityRank = (int)alert.Severity,
        Status = alert.Status.Name(),
        OpenedAt = alert.OpenedAt,
        UpdatedAt = alert.UpdatedAt,
        ConfirmedAt = alert.ConfirmedAt,
        AcknowledgedAt = alert.AcknowledgedAt,
        AcknowledgedBy = alert.AcknowledgedBy,
        SnoozedUntil = alert.SnoozedUntil,
        ResolvedAt = alert.ResolvedAt,
        Resolution = alert.Resolution?.Name(),
        Flapping = alert.Flapping,
        Owner = alert.Owner,
        AssignedOwner = alert.AssignedOwner,
        Segment = alert.Segment,
        Arr = alert.Arr,
        OpenedScore = alert.Opened.Score,
        OpenedLabel = alert.Opened.Label,
        WorstRank = alert.Worst.Rank,
        WorstScore = alert.Worst.Score,
        WorstLabel = alert.Worst.Label,
        WorstAt = alert.Worst.At,
        NowScore = alert.Now.Score,
        NowLabel = alert.Now.Label,
        Reasons = AlertMessage.Describe(alert.Reasons).ToJsonString(),
        Interventions = JsonSerializer.Serialize(alert.Interventions),
        Crossings = JsonSerializer.Serialize(alert.Crossings),
        Cause = CrossingMessage.Wire(alert.Cause),
        Changes = alert.Changes,
        Messages = alert.Messages,
        Suppressed = alert.Suppressed,
    };

    public Alert ToAlert() => new()
    {
        Id = Id,
        AccountId = AccountId,
        Metric = Metric == CrossingMessage.Wire(Core.Thresholds.Metric.Health) ? Core.Thresholds.Metric.Health
            : Core.Thresholds.Metric.ChurnRisk,
        Severity = (AlertSeverity)SeverityRank,
        Status = Word<AlertStatus>(AlertWords.StatusNames, Status),
        OpenedAt = OpenedAt,
        UpdatedAt = UpdatedAt,
        ConfirmedAt = ConfirmedAt,
        AcknowledgedAt = AcknowledgedAt,
        AcknowledgedBy = AcknowledgedBy,
        SnoozedUntil = SnoozedUntil,
        ResolvedAt = ResolvedAt,
        Resolution = Resolution is null ? null : Word<AlertResolution>(AlertWords.ResolutionNames, Resolution),
        Flapping = Flapping,
        Owner = Owner,
        AssignedOwner = AssignedOwner,
        Segment = Segment,
        Arr = Arr,
        Opened = new Standing(OpenedScore, OpenedLabel),
        Worst = new AlertMark(WorstRank, (AlertSeverity)SeverityRank, WorstScore, WorstLabel, WorstAt),
        Now = new Standing(NowScore, NowLabel),
        Reasons = JsonSerializer.Deserialize<Reason[]>(Reasons, JsonSerializerOptions.Web) ?? [],
        Interventions = JsonSerializer.Deserialize<string[]>(Interventions) ?? [],
        Crossings = JsonSerializer.Deserialize<string[]>(Crossings) ?? [],
        Cause = Cause == CrossingMessage.Wire(CrossingCause.Model) ? CrossingCause.Model : CrossingCause.Data,
        Changes = Changes,
        Messages = Messages,
        Suppressed = Suppressed,
    };

    private static T Word<T>(IReadOnlyList<string> names, string name)
        where T : struct, Enum =>
        (T)Enum.ToObject(typeof(T), names.Index().First(known => known.Item == name).Index);
}
