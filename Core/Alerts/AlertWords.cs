namespace HealthApi.Core.Alerts;

/// <summary>How urgent an alert is; the first is the most urgent.</summary>
public enum AlertSeverity : byte
{
    /// <summary>The worst category or level.</summary>
    Critical,

    /// <summary>Another category or level at which an alert opens.</summary>
    Warning,

    /// <summary>The score has fallen far, but the category is in the better half.</summary>
    Info,
}

public enum AlertStatus : byte { Open, Acknowledged, Resolved }

/// <summary>Why an alert was resolved.</summary>
public enum AlertResolution : byte
{
    /// <summary>The condition has not held for the release time, because the values have improved.</summary>
    Recovered,

    /// <summary>The condition has not held for the release time, because the new level has become the account's normal one.</summary>
    Settled,

    /// <summary>The account has churned.</summary>
    Churned,

    /// <summary>A person resolved it.</summary>
    Manual,

    /// <summary>There was no score to judge for the release time, or the policy no longer watches the metric.</summary>
    Expired,
}

/// <summary>What happened to an alert. The last ones are actions of a person.</summary>
public enum AlertChangeKind : byte
{
    Opened,

    /// <summary>The category or level has become worse.</summary>
    Updated,

    Resolved,

    SnoozeEnded,

    /// <summary>The condition of an alert that opened at once has held for the confirmation time. No message.</summary>
    Confirmed,

    /// <summary>Only the stored values of the alert have changed. No message and no entry in the history.</summary>
    Refreshed,

    Acknowledged,

    Snoozed,

    Assigned,

    Reopened,
}

/// <summary>The names of these values in the API, in messages and in the store.</summary>
public static class AlertWords
{
    private static readonly string[] Severities = ["critical", "warning", "info"], Statuses = ["open", "acknowledged", "resolved"],
        Resolutions = ["recovered", "settled", "churned", "manual", "expired"],
        Kinds =
        [
            "opened", "updated", "resolved", "snooze_ended", "confirmed", "refreshed", "acknowledged", "snoozed", "assigned", "reopened",
        ];

    public static IReadOnlyList<string> SeverityNames => Severities;

    public static IReadOnlyList<string> StatusNames => Statuses;

    public static IReadOnlyList<string> ResolutionNames => Resolutions;

    public static IReadOnlyList<string> ChangeNames => Kinds;

    public static string Name(this AlertSeverity severity) => Severities[(int)severity];

    public static string Name(this AlertStatus status) => Statuses[(int)status];

    public static string Name(this AlertResolution resolution) => Resolutions[(int)resolution];

    public static string Name(this AlertChangeKind kind) => Kinds[(int)kind];
}
