using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;

namespace HealthApi.Infrastructure.Policies;

/// <summary>
/// The built-in documents and their version numbers in this database (docs/decisions/0028-shipped-documents.md). A version never changes: a
/// database whose accounts were evaluated with former built-in documents keeps those under their numbers. The newer ones take effect at the
/// upgrade with a version of their own, and the crossings that they cause are not sent. In a new database the churn rules before shift
/// signals are version 1, and the present ones are version 2 and in force from the start.
/// </summary>
internal sealed class ShippedEditions
{
    /// <summary>The upgrades that brought minimum evidence, and shift signals.</summary>
    private const long Evidence = 1, Shifts = 2;

    private readonly IReadOnlyList<ShippedEditionRow> _rows;

    /// <summary>The churn rules that require minimum evidence, with the version that they have in this database.</summary>
    private readonly ChurnRuleSet _evidenceRules;

    public ShippedEditions(IReadOnlyList<ShippedEditionRow> rows)
    {
        _rows = rows;
        var version = Find(Evidence, PolicyKind.ChurnRules, PolicyKind.TheOne)?.Version;
        _evidenceRules = version is null ? BuiltInChurnRules.Evidence : BuiltInChurnRules.Evidence with { Version = (int)version };
    }

    /// <summary>The upgrades in their order: the revision after which each took effect, and what it changes.</summary>
    public IReadOnlyList<(long Revision, Func<EvaluationPolicy, EvaluationPolicy> Apply)> Releases =>
        [(RevisionOf(Evidence), ApplyEvidence), (RevisionOf(Shifts), ApplyShifts)];

    /// <summary>The built-in models, including former ones.</summary>
    public IEnumerable<HealthModel> Models => BuiltInModels.All.SelectMany(Versions);

    /// <summary>The churn rules in force before the first change.</summary>
    public ChurnRuleSet Rules =>
        Find(Evidence, PolicyKind.ChurnRules, PolicyKind.TheOne) is null ? _evidenceRules : BuiltInChurnRules.Former;

    /// <summary>The assignment of the former default model; empty where the current default model was in force from the start.</summary>
    public IReadOnlyDictionary<string, ModelAssignment> Fallback => Find(Evidence, PolicyKind.Model, BuiltInModels.DefaultId) is null
        ? new Dictionary<string, ModelAssignment>()
        : new Dictionary<string, ModelAssignment> { [ModelRegistry.Fallback] = new(Former(BuiltInModels.DefaultId), true) };

    /// <summary>
    /// Replaces the former documents that are in force for all accounts with those of the upgrade. A document that a user has put in force
    /// stays.
    /// </summary>
    private EvaluationPolicy ApplyEvidence(EvaluationPolicy before)
    {
        var model = Find(Evidence, PolicyKind.Model, BuiltInModels.DefaultId);
        var replacesModel = model?.Version is not null && ReferenceEquals(before.Models.Active, Former(BuiltInModels.DefaultId));
        var rules = Find(Evidence, PolicyKind.ChurnRules, PolicyKind.TheOne);
        var replacesRules = rules?.Version is not null && ReferenceEquals(before.Rules, BuiltInChurnRules.Former);
        if (!replacesModel && !replacesRules) return before;
        var present = replacesModel ? before.Models.Get(BuiltInModels.DefaultId, (int)model!.Version!.Value) : null;
        var models = present is null ? before.Models : before.Models.Assign(ModelRegistry.Fallback, new ModelAssignment(present, false));
        return Upgraded(before, Evidence, models, replacesRules ? _evidenceRules : before.Rules);
    }

    private EvaluationPolicy ApplyShifts(EvaluationPolicy before)
    {
        if (!ReferenceEquals(before.Rules, _evidenceRules)) return before;
        if (Find(Shifts, PolicyKind.ChurnRules, PolicyKind.TheOne) is not { } row)
            return new EvaluationPolicy(before.Models, BuiltInChurnRules.Default, before.Segments, before.Thresholds) { Before = before };
        return row.Version is { } version
            ? Upgraded(before, Shifts, before.Models, BuiltInChurnRules.Default with { Version = (int)version }) : before;
    }

    private EvaluationPolicy Upgraded(EvaluationPolicy before, long release, ModelRegistry models, ChurnRuleSet rules) =>
        new(models, rules, before.Segments, before.Thresholds)
        {
            Alerts = before.Alerts,
            Revision = before.Revision,
            Since = Of(release).Max(row => row.At) is var at && at > before.Since ? at : before.Since,
            AnnounceRules = ReferenceEquals(rules, before.Rules),
            IsShipped = true,
            Before = before,
        };

    private static HealthModel Former(string id) => BuiltInModels.Former.Single(model => model.Id == id);

    private IEnumerable<HealthModel> Versions(HealthModel model) => Find(Evidence, PolicyKind.Model, model.Id) switch
    {
        null => [model],
        { Version: { } version } => [Former(model.Id), model with { Version = (int)version }],
        _ => [Former(model.Id)],
    };

    private IEnumerable<ShippedEditionRow> Of(long release) => _rows.Where(row => row.Release == release);

    private long RevisionOf(long release) => Of(release).Select(row => row.Revision).DefaultIfEmpty(0).Max();

    private ShippedEditionRow? Find(long release, string kind, string id) =>
        Of(release).FirstOrDefault(row => row.Kind == kind && row.Id == id);
}
