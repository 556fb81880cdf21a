using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;

namespace HealthApi.Infrastructure.Policies;

/// <summary>
/// The built-in documents and their version numbers in this database (docs/decisions/0028-shipped-documents.md). A version never changes: a
/// database whose accounts were evaluated with former built-in documents keeps those as version 1. The current ones take effect at the
/// upgrade with a version of their own, and the crossings that they cause are not sent. Without rows the current documents are version 1.
/// </summary>
internal sealed class ShippedEditions(IReadOnlyList<ShippedEditionRow> rows)
{
    /// <summary>The revision after which the current documents took effect.</summary>
    public long Revision => rows.Count == 0 ? 0 : rows.Max(row => row.Revision);

    /// <summary>The built-in models, including former ones.</summary>
    public IEnumerable<HealthModel> Models => BuiltInModels.All.SelectMany(Versions);

    /// <summary>The churn rules in force before the first change.</summary>
    public ChurnRuleSet Rules =>
        Find(PolicyKind.ChurnRules, PolicyKind.TheOne) is null ? BuiltInChurnRules.Default : BuiltInChurnRules.Former;

    /// <summary>The assignment of the former default model; empty where the current default model was in force from the start.</summary>
    public IReadOnlyDictionary<string, ModelAssignment> Fallback => Find(PolicyKind.Model, BuiltInModels.DefaultId) is null
        ? new Dictionary<string, ModelAssignment>()
        : new Dictionary<string, ModelAssignment> { [ModelRegistry.Fallback] = new(Former(BuiltInModels.DefaultId), true) };

    /// <summary>
    /// Replaces the former documents that are in force for all accounts with the current ones. A document that a user has put in force
    /// stays.
    /// </summary>
    public EvaluationPolicy Apply(EvaluationPolicy before)
    {
        var model = Find(PolicyKind.Model, BuiltInModels.DefaultId);
        var replacesModel = model?.Version is not null && ReferenceEquals(before.Models.Active, Former(BuiltInModels.DefaultId));
        var rules = Find(PolicyKind.ChurnRules, PolicyKind.TheOne);
        var replacesRules = rules?.Version is not null && ReferenceEquals(before.Rules, BuiltInChurnRules.Former);
        if (!replacesModel && !replacesRules) return before;
        var present = replacesModel ? before.Models.Get(BuiltInModels.DefaultId, (int)model!.Version!.Value) : null;
        var models = present is null ? before.Models : before.Models.Assign(ModelRegistry.Fallback, new ModelAssignment(present, false));
        var presentRules = replacesRules ? BuiltInChurnRules.Default with { Version = (int)rules!.Version!.Value } : before.Rules;
        return new EvaluationPolicy(models, presentRules, before.Segments, before.Thresholds)
        {
            Alerts = before.Alerts,
            Revision = before.Revision,
            Since = rows.Max(row => row.At) is var at && at > before.Since ? at : before.Since,
            AnnounceRules = !replacesRules,
            IsShipped = true,
            Before = before,
        };
    }

    private static HealthModel Former(string id) => BuiltInModels.Former.Single(model => model.Id == id);

    private IEnumerable<HealthModel> Versions(HealthModel model) => Find(PolicyKind.Model, model.Id) switch
    {
        null => [model],
        { Version: { } version } => [Former(model.Id), model with { Version = (int)version }],
        _ => [Former(model.Id)],
    };

    private ShippedEditionRow? Find(string kind, string id) => rows.FirstOrDefault(row => row.Kind == kind && row.Id == id);
}
