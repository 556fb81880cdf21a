namespace HealthApi.Infrastructure.Alerts.Simulating;

/// <summary>What to simulate, as stored with the job.</summary>
/// <param name="Policy">The document of an alert policy; null for the one in force when the job runs.</param>
/// <param name="ChurnRules">The document of churn rules; null for those in force when the job runs.</param>
/// <param name="From">The first instant of the period.</param>
/// <param name="To">The instant after the last one of the period.</param>
public sealed record SimulationRequest(string? Policy, string? ChurnRules, DateTimeOffset From, DateTimeOffset To);
