using System.Text;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;
using HealthApi.Core.Thresholds;

namespace HealthApi.Api.Tests.Core.Evaluation;

internal enum MoveKind { Score, ChampionLeft, ChampionJoined, Competitor, Wait, Model, Threshold }

/// <summary>
/// One step of an account's path: a reported score, an event, a wait, another model, or a threshold that is added or removed.
/// </summary>
internal sealed record MoveStep(MoveKind Kind, double Value);

/// <summary>The crossings of one evaluation, and the thresholds that do not apply to the account after it.</summary>
internal sealed record MoveTurn(IReadOnlyList<Crossing> Crossings, IReadOnlyList<string> Retired);

/// <summary>
/// An account that takes the steps of a path. It is evaluated after each step, and its memory is written and read back each time.
/// </summary>
internal sealed class MovingAccount
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Account Acme = new() { Id = "acme", Name = "Acme" };

    /// <summary>The last model measures a signal without data, so it gives no score.</summary>
    private static readonly HealthModel[] Models = [
        Of("whole", "reportedOutcome", 0, 100), Of("half", "reportedOutcome", 0, 200), Of("opposite", "reportedOutcome", 100, 0),
        Of("blind", "npsLatest", 0, 10)];

    private static readonly Threshold[] Own =
    [
        new("own", Metric.Health, 50, true, ThresholdDirection.Both, 2, TimeSpan.Zero, null),
        new("dwelling", Metric.Health, 45, true, ThresholdDirection.Both, 1, TimeSpan.FromHours(30), null),
        new("risky", Metric.ChurnRisk, 55, true, ThresholdDirection.Rising, 0, TimeSpan.Zero, null),
        new("low", Metric.Health, 30, true, ThresholdDirection.Falling, 5, TimeSpan.Zero, null),
    ];

    private readonly AccountFigures _figures = new();
    private readonly HashSet<int> _configured = [];
    private AccountMemory _memory = AccountMemory.Empty;
    private EvaluationPolicy _policy;
    private DateTimeOffset _now = Start;
    private int _model, _events;

    public MovingAccount(MoveStep[] path)
    {
        _policy = Policy(null);
        foreach (var step in path) Go(step);
    }

    public static IReadOnlyDictionary<string, double> Bounds { get; } =
        Models.SelectMany(model => ThresholdPolicy.Implied(model, BuiltInChurnRules.Default)).Concat(Own)
        .DistinctBy(threshold => threshold.Id).ToDictionary(threshold => threshold.Id, threshold => threshold.Bound);

    public List<MoveTurn> Turns { get; } = [];

    public IReadOnlyList<Crossing> Crossings => [.. Turns.SelectMany(turn => turn.Crossings)];

    private void Go(MoveStep step)
    {
        _now = _now.AddHours(1);
        switch (step.Kind)
        {
            case MoveKind.Score: Apply(EventType.RelationshipOutcomeReported, step.Value); break;
            case MoveKind.ChampionLeft: Apply(EventType.RelationshipChampionLeft, null); break;
            case MoveKind.ChampionJoined: Apply(EventType.RelationshipChampionJoined, null); break;
            case MoveKind.Competitor: Apply(EventType.RelationshipCompetitorMentioned, null); break;
            case MoveKind.Wait: _now = _now.AddDays(2); break;
            case MoveKind.Model: (_model, _policy) = ((int)step.Value, Policy(_policy)); break;
            default: (_, _policy) = (_configured.Add((int)step.Value) || _configured.Remove((int)step.Value), Policy(_policy)); break;
        }

        var evaluation = AccountEvaluator.Evaluate(_figures, Acme, Start, AccountMemory.FromStored(_memory.ToBytes(), []), _policy, _now);
        _memory = evaluation.Memory;
        var watched = evaluation.Standing.Judgement.ThresholdIds;
        Turns.Add(new MoveTurn(evaluation.Crossings, [.. Bounds.Keys.Where(id => !watched.Contains(id))]));
    }

    private void Apply(EventType type, double? value) =>
        _figures.Apply(new HealthEvent("test", $"e{++_events}", type, "acme", _now, new RelationshipData(value, null)));

    private EvaluationPolicy Policy(EvaluationPolicy? before)
    {
        var registry =
            new ModelRegistry(Models, new Dictionary<string, ModelAssignment> { [ModelRegistry.Fallback] = new(Models[_model], true) });
        return new EvaluationPolicy(
            registry, BuiltInChurnRules.Default, SegmentPolicy.Default, [.. _configured.Select(index => Own[index])])
        {
            Before = before,
            Revision = (before?.Revision ?? -1) + 1,
        };
    }

    private static HealthModel Of(string id, string signal, int from, int to) => HealthModelReader.Read(Encoding.UTF8.GetBytes(
        $$$"""
        {"id":"{{{id}}}","components":[{"id":"only","weight":1,"measures":[{"signal":"{{{signal}}}","normaliser":{"kind":"linear","from":{{{from}}},"to":{{{to}}}}}]}],
         "categories":[{"id":"good","bound":80},{"id":"fair","bound":60},{"id":"poor","bound":40},{"id":"bad"}]}
        """)).Required();
}
