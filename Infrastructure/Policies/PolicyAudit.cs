using System.Data.Common;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Auditing;

namespace HealthApi.Infrastructure.Policies;

/// <summary>
/// Writes the audit entries of policies: new versions (the documents never change and can be read with <c>?version=</c>), and which
/// segments use which model.
/// </summary>
internal static class PolicyAudit
{
    /// <param name="before">The previous newest version; null where the document is the first of its id.</param>
    /// <param name="announce">Whether crossings caused by the change are sent; null where the change causes none.</param>
    public static Task AddVersionAsync(
        DbTransaction transaction, string kind, string id, long? before, long after, bool? announce, DateTimeOffset at) =>
            AuditTrail.AddAsync(
            transaction,
            new AuditChange(kind, before is null ? AuditActions.Created : AuditActions.Changed, id)
            {
                Before = before is null ? null : new { Version = before },
                After = announce is null ? new { Version = after } : new { Version = after, Announce = announce },
            },
            at);

    /// <summary>
    /// Records the model of each segment before and after the change; null means that the segment has no model of its own.
    /// </summary>
    /// <param name="inForce">The models in force before the change.</param>
    public static async Task AddAssignmentAsync(
        DbTransaction transaction,
        string action,
        HealthModel model,
        IReadOnlyList<string> segments,
        ModelRegistry inForce,
        bool announce,
        DateTimeOffset at)
    {
        var before = segments.ToDictionary(
            segment => segment,
            segment => inForce.Assignments.TryGetValue(segment, out var own) ? Of(own.Model.Id, own.Model.Version) : null,
            StringComparer.Ordinal);
        var after = segments.ToDictionary(
            segment => segment, _ => action == AuditActions.Activated ? Of(model.Id, model.Version) : null, StringComparer.Ordinal);
        var change = new AuditChange(AuditKinds.Model, action, model.Id)
        {
            Before = new { Segments = before },
            After = new { Segments = after, Announce = announce },
        };
        await AuditTrail.AddAsync(transaction, change, at);
    }

    private static object? Of(string id, long version) => new { Id = id, Version = version };
}
