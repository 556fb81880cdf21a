using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation;

/// <summary>
/// Finds the signals that a model and churn rules use, and what each value does to their result: the points of each measure, and whether
/// each comparison holds. Score, category and coverage depend on nothing else, and neither do risk, level and indicators.
/// </summary>
internal static class JudgedSignals
{
    public static SignalUses Of(HealthModel model, ChurnRuleSet rules) => new(
        [.. Measures(model).Select(Use), .. rules.Indicators.SelectMany(Uses)],
        new DaySteps(Measures(model).SelectMany(Days).Concat(rules.Indicators.SelectMany(Days))));

    public static SignalUses Of(IReadOnlyCollection<ChurnIndicator> indicators) =>
        new(indicators.SelectMany(Uses), new DaySteps(indicators.SelectMany(Days)));

    private static IEnumerable<HealthMeasure> Measures(HealthModel model) => model.Components.SelectMany(component => component.Measures);

    private static SignalUse Use(HealthMeasure measure) => new(measure.Signal, measure.Normaliser.Points)
    {
        Bounds = measure.Normaliser switch
        {
            LinearNormaliser line => [line.From, line.To],
            BandsNormaliser bands => [.. bands.Bands.Select(band => band.Bound)],
            _ => null,
        },
        Slopes = measure.Normaliser is LinearNormaliser,
    };

    private static IEnumerable<SignalUse> Uses(ChurnIndicator indicator) => Uses(indicator.Condition);

    private static IEnumerable<SignalUse> Uses(Condition condition) => condition switch
    {
        SignalCondition one =>
        [
            new(one.Signal, value => one.Holds(value) ? 1 : 0) { Bounds = one.Value.Kind == SignalKind.Number ? [one.Value.Number] : null },
        ],
        MissingCondition one => [new(one.Signal, _ => 0) { Bounds = [] }],
        AllCondition all => all.Parts.SelectMany(Uses),
        AnyCondition any => any.Parts.SelectMany(Uses),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "An unknown kind of condition."),
    };

    private static IEnumerable<DayStep> Days(ChurnIndicator indicator) => Days(indicator.Condition);

    private static IEnumerable<DayStep> Days(HealthMeasure measure) => measure.Normaliser switch
    {
        LinearNormaliser line => [DayStep.Along(measure.Signal, line.From, line.To)],
        BandsNormaliser bands => bands.Bands.Select(band => DayStep.At(measure.Signal, band.Operator, band.Bound)),
        _ => [],
    };

    private static IEnumerable<DayStep> Days(Condition condition) => condition switch
    {
        SignalCondition { Value: { Kind: SignalKind.Number, Number: var bound } } one => [DayStep.At(one.Signal, one.Operator, bound)],
        AllCondition all => all.Parts.SelectMany(Days),
        AnyCondition any => any.Parts.SelectMany(Days),
        _ => [],
    };
}
