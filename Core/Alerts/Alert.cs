using HealthApi.Core.Accounts;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Alerts;

/// <summary>An alert as it is stored and shown: an open concern about one account and one metric, or one that was resolved.</summary>
public sealed record Alert
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required Metric Metric { get; init; }

    /// <summary>The severity of <see cref="Worst"/>.</summary>
    public required AlertSeverity Severity { get; init; }

    public AlertStatus Status { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The instant of the last change, of the service or of a person.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the condition had held for the confirmation time; null until then.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public AlertResolution? Resolution { get; init; }

    public bool Flapping { get; init; }

    /// <summary>The owner to whom a person assigned the alert; null for the account's.</summary>
    public string? AssignedOwner { get; init; }

    /// <summary>The assigned owner, else the account's.</summary>
    public string? Owner { get; init; }

    public required string Segment { get; init; }

    /// <summary>In the account's currency; 0 where it is not known.</summary>
    public decimal Arr { get; init; }

    public required Standing Opened { get; init; }

    public required AlertMark Worst { get; init; }

    public required Standing Now { get; init; }

    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    public IReadOnlyList<string> Interventions { get; init; } = [];

    /// <summary>The ids of the worsening crossings that belong to it.</summary>
    public IReadOnlyList<string> Crossings { get; init; } = [];

    /// <summary>The cause of its opening or of its last worsening.</summary>
    public CrossingCause Cause { get; init; }

    /// <summary>The number of its changes.</summary>
    public int Changes { get; init; }

    /// <summary>The number of its messages.</summary>
    public int Messages { get; init; }

    /// <summary>The number of its messages that were withheld because its owner's limit was reached.</summary>
    public int Suppressed { get; init; }

    /// <summary>An alert that opens, or whose opening is not known any more.</summary>
    public static Alert Begin(AlertChange change, string segment) => new()
    {
        Id = change.AlertId,
        AccountId = change.AccountId,
        Metric = change.Metric,
        Severity = change.Severity,
        OpenedAt = change.At,
        UpdatedAt = change.At,
        Segment = segment,
        Opened = new Standing(change.Now.Score, change.Now.Label),
        Worst = change.Worst,
        Now = new Standing(change.Now.Score, change.Now.Label),
    };

    /// <summary>The alert after a change.</summary>
    /// <param name="account">The account with its effective terms.</param>
    /// <param name="act">What a person stated; null for a decision of the service.</param>
    public Alert After(AlertChange change, Account account, string segment, AlertAct? act = null)
    {
        var assigned = change.Kind == AlertChangeKind.Assigned ? act?.Owner : AssignedOwner;
        var next = this with
        {
            Severity = change.Severity,
            UpdatedAt = change.Kind == AlertChangeKind.Refreshed ? UpdatedAt : change.At,
            ConfirmedAt = ConfirmedAt ?? (change.Confirmed ? change.At : null),
            SnoozedUntil = change.SnoozedUntil,
            Flapping = change.Flapping,
            AssignedOwner = assigned,
            Owner = assigned ?? account.Owner,
            Segment = segment,
            Arr = account.Arr ?? 0,
            Worst = change.Worst,
            Now = new Standing(change.Now.Score, change.Now.Label),
            Crossings = change.Crossings.Count == 0 ? Crossings : change.Crossings,
            Changes = change.Number,
        };
        return change.Kind switch
        {
            AlertChangeKind.Opened or AlertChangeKind.Updated => next.Explained(change) with { Cause = change.Cause },
            AlertChangeKind.Refreshed => next.Explained(change),
            AlertChangeKind.Acknowledged =>
                next with { Status = AlertStatus.Acknowledged, AcknowledgedAt = change.At, AcknowledgedBy = act?.By },
            AlertChangeKind.Resolved =>
                next with { Status = AlertStatus.Resolved, ResolvedAt = change.At, Resolution = change.Resolution, SnoozedUntil = null },
            AlertChangeKind.Reopened => next with
            {
                Status = AlertStatus.Open,
                ResolvedAt = null,
                Resolution = null,
                AcknowledgedAt = null,
                AcknowledgedBy = null,
            },
            _ => next,
        };
    }

    private Alert Explained(AlertChange change) => this with { Reasons = change.Reasons, Interventions = change.Interventions };
}

/// <summary>What a person stated with an action.</summary>
/// <param name="By">The name of the person or key.</param>
/// <param name="Note">A note for the history, or null.</param>
/// <param name="Owner">Assigning: the owner; null gives the alert back to the account's owner.</param>
public sealed record AlertAct(string By, string? Note = null, string? Owner = null);
