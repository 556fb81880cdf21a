using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Evaluation;

/// <summary>Finds the steps of day-counting signals at which a model or churn rules give another result.</summary>
internal static class RelevantDays
{
    public static DaySteps Of(HealthModel model, ChurnRuleSet rules) =>
        new(model.Components.SelectMany(component => component.Measures).SelectMany(Of).Concat(rules.Indicators.SelectMany(Of)));

    public static DaySteps Of(IEnumerable<ChurnIndicator> indicators) => new(indicators.SelectMany(Of));

    private static IEnumerable<DayStep> Of(ChurnIndicator indicator) => Of(indicator.Condition);

    private static IEnumerable<DayStep> Of(HealthMeasure measure) => measure.Normaliser switch
    {
        LinearNormaliser line => [DayStep.Along(measure.Signal, line.From, line.To)],
        BandsNormaliser bands => bands.Bands.Select(band => DayStep.At(measure.Signal, band.Operator, band.Bound)),
        _ => [],
    };

    private static IEnumerable<DayStep> Of(Condition condition) => condition switch
    {
        SignalCondition { Value: { Kind: SignalKind.Number, Number: var bound } } one => [DayStep.At(one.Signal, one.Operator, bound)],
        AllCondition all => all.Parts.SelectMany(Of),
        AnyCondition any => any.Parts.SelectMany(Of),
        _ => [],
    };
}
