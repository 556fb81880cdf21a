using System.Collections.Concurrent;
using System.Text;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Thresholds;

namespace HealthApi.Infrastructure.Policies;

/// <summary>
/// Builds the policy in force, and its predecessors, from the stored rows. Documents never change, so each is parsed once. Documents and
/// changes of kinds that a later version of the product has added are skipped.
/// </summary>
internal sealed class PolicyReader
{
    private readonly ConcurrentDictionary<(string Kind, string Id, long Version), object> _parsed = new();

    public EvaluationPolicy Read(StoredPolicies policies, IReadOnlyList<Threshold> thresholds)
    {
        foreach (var row in policies.Documents.Where(row => PolicyKind.Documents.Contains(row.Kind)))
            _parsed.GetOrAdd((row.Kind, row.Id, row.Version), _ => Parse(row));
        var stored = policies.Documents.Where(row => row.Kind == PolicyKind.Model)
            .Select(row => (HealthModel)_parsed[(row.Kind, row.Id, row.Version)]);
        var editions = new ShippedEditions(policies.Editions);
        var models = editions.Models.Concat(stored).OrderBy(model => model.Id, StringComparer.Ordinal).ThenBy(model => model.Version);
        var policy =
            new EvaluationPolicy(new ModelRegistry([.. models], editions.Fallback), editions.Rules, SegmentPolicy.Default, thresholds);
        var applied = 0L;
        foreach (var (revision, apply) in editions.Releases)
        {
            policy = policies.Changes.Where(change => change.Revision > applied && change.Revision <= revision).Aggregate(policy, Apply);
            policy = apply(policy);
            applied = Math.Max(applied, revision);
        }

        return policies.Changes.Where(change => change.Revision > applied).Aggregate(policy, Apply);
    }

    private EvaluationPolicy Apply(EvaluationPolicy before, PolicyChangeRow change)
    {
        var models = change.Kind switch
        {
            PolicyKind.Model => Assign(before.Models, change),
            PolicyKind.ModelRelease => before.Models.Release(change.Segment, change.Announce),
            _ => before.Models,
        };
        var rules = Document(change, PolicyKind.ChurnRules, before.Rules);
        var segments = Document(change, PolicyKind.Segments, before.Segments);
        return new EvaluationPolicy(models, rules, segments, before.Thresholds)
        {
            Alerts = Document(change, PolicyKind.Alerts, before.Alerts),
            Revision = change.Revision,

            // Clocks of processes differ a little; the revisions give the order.
            Since = change.At > before.Since ? change.At : before.Since,
            AnnounceRules = change.Kind != PolicyKind.ChurnRules || change.Announce,
            AnnounceSegments = change.Kind != PolicyKind.Segments || change.Announce,
            AnnounceAlerts = change.Kind != PolicyKind.Alerts || change.Announce,
            Before = before,
        };
    }

    /// <summary>The document that a change of this kind puts in force; otherwise the one before.</summary>
    private T Document<T>(PolicyChangeRow change, string kind, T before)
        where T : class => change.Kind == kind ? (T)_parsed[(change.Kind, change.Id, change.Version)] : before;

    private static ModelRegistry Assign(ModelRegistry models, PolicyChangeRow change)
    {
        var model = models.Get(change.Id, (int)change.Version)
            ?? throw new InvalidOperationException($"Model {change.Id}, version {change.Version}, is in force but not stored.");
        return models.Assign(change.Segment, new ModelAssignment(model, change.Announce));
    }

    private static object Parse(PolicyDocumentRow row)
    {
        var utf8 = Encoding.UTF8.GetBytes(row.Document);
        return row.Kind switch
        {
            PolicyKind.Model => HealthModelReader.Read(utf8).Required(),
            PolicyKind.ChurnRules => ChurnRuleSetReader.Read(utf8).Required(),
            PolicyKind.Alerts => AlertPolicyReader.Read(utf8).Required(),
            _ => SegmentPolicyReader.Read(utf8).Required(),
        };
    }
}
