namespace HealthApi.Core.Alerts;

/// <summary>A standing of an alert's metric: score (0–100, unrounded), category or level, and the instant.</summary>
/// <param name="Rank">The place of the category or level; 0 is the worst.</param>
public sealed record AlertMark(int Rank, AlertSeverity Severity, double? Score, string Label, DateTimeOffset At);
