namespace HealthApi.Infrastructure.Auditing;

/// <summary>The kinds of things that audit entries describe.</summary>
public static class AuditKinds
{
    public const string Key = "key", Model = "model", ChurnRules = "churn_rules", Segments = "segments", Threshold = "threshold";

    public const string AlertPolicy = "alert_policy", Webhook = "webhook", Integration = "integration", Override = "override";

    public const string Account = "account";

    public static IReadOnlyList<string> All { get; } = [Key, Model, ChurnRules, Segments, Threshold, AlertPolicy, Webhook, Integration,
        Override, Account];
}

/// <summary>The actions of audit entries.</summary>
internal static class AuditActions
{
    public const string Created = "created", Changed = "changed", Deleted = "deleted", Erased = "erased", Revoked = "revoked";

    public const string Activated = "activated", Deactivated = "deactivated", Enabled = "enabled", Disabled = "disabled",
        SecretRotated = "secret_rotated";

    public const string Set = "set", Replaced = "replaced", Ended = "ended";
}
