namespace HealthApi.Api.Tests.Conventions;

/// <summary>
/// The rooms of a project (the folders below it), in the order in which they may use each other: a room uses only rooms that come before
/// it.
/// </summary>
/// <param name="Folder">The folder that holds the rooms, such as <c>Core</c>.</param>
internal sealed record Rooms(string Folder, params string[] Order)
{
    public static IReadOnlyList<Rooms> All { get; } =
    [
        new(
            "Core", "Primitives", "Input", "Events", "Accounts", "Signals", "Scoring", "Churn", "Thresholds", "Alerts", "Evaluation",
            "History", "Explaining", "Webhooks",
            "Imports", "Integrations"),
        new(
            "Infrastructure", "Settings", "Database", "Telemetry", "Hosting", "Auditing", "Security", "Secrets", "Idempotency", "Jobs",
            "Events", "Policies", "Integrations",
            "Accounts", "Lanes", "History", "Webhooks", "Alerts", "Evaluation", "Inbound", "Explaining", "Erasure", "Export", "Retention",
            "Imports", "Clocks", "Backups"),
        new(
            "Api", "Serialization", "Problems", "Http", "Server", "Limits", "Bodies", "Security", "Idempotency", "Telemetry", "Health",
            "Documentation", "Auditing",
            "Jobs", "Events", "Accounts", "Explaining", "Policies", "Scoring", "Alerts", "Webhooks", "Integrations", "Commands"),
        new("Infrastructure/Lanes/RabbitMq", "Client", "Publishing", "Consuming"),
        new("Infrastructure/Webhooks", "Sending", "Feed", "Outbox", "Subscriptions", "Dispatch"),
    ];

    /// <summary>The namespace of the folder.</summary>
    public string Namespace => "HealthApi." + Folder.Replace('/', '.');

    public override string ToString() => Folder;
}
