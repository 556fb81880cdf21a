using HealthApi.Api.Serialization;
using HealthApi.Core.Churn;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Scoring;

/// <summary>
/// Writes the result of one account. Scores have one decimal; weights, contributions, points and coverage have six, so that the
/// contributions sum to the score. Without explanation <c>components</c> are left out.
/// </summary>
internal sealed class ScoreWriter(HealthModel model, ChurnRuleSet rules, bool explain)
{
    private readonly ScoreTemplate _model = ScoreTemplate.For(model);
    private readonly ChurnTemplate _churn = ChurnTemplate.For(rules);

    public void Write(Utf8Output output, string id, HealthScore health, ChurnRisk risk)
    {
        output.Raw("{\"id\":"u8);
        output.Text(id);
        output.Raw(",\"score\":"u8);
        Score(output, health.Score);
        output.Raw(",\"category\":"u8);
        output.Text(health.Category);
        output.Raw(",\"coverage\":"u8);
        output.Number(Rounding.ForBounds(health.Coverage));
        if (explain)
        {
            WriteComponents(output, health);
        }

        WriteRisk(output, risk);
        output.Raw("}"u8);
    }

    private static void Score(Utf8Output output, double? score)
    {
        if (score is { } value) output.Number(Rounding.ForDisplay(value));
        else output.Raw("null"u8);
    }

    private void WriteComponents(Utf8Output output, HealthScore health)
    {
        output.Raw(",\"components\":["u8);
        for (var i = 0; i < health.Components.Count; i++)
        {
            var (component, part) = (health.Components[i], _model.Components[i]);
            output.Raw(part.Opening);
            Score(output, component.Score);
            output.Raw(",\"contribution\":"u8);
            output.Number(Rounding.ForBounds(component.Contribution));
            output.Raw(",\"measures\":["u8);
            for (var j = 0; j < component.Measures.Count; j++)
            {
                output.Raw(part.Measures[j]);
                Measure(output, component.Measures[j]);
            }

            output.Raw("]}"u8);
        }

        output.Raw("]"u8);
    }

    private static void Measure(Utf8Output output, MeasureScore measure)
    {
        Value(output, measure.Value);
        output.Raw(",\"points\":"u8);
        if (measure.Points is { } points) output.Number(Rounding.ForBounds(points));
        else output.Raw("null"u8);
        output.Raw("}"u8);
    }

    private void WriteRisk(Utf8Output output, ChurnRisk risk)
    {
        output.Raw(",\"churnRisk\":{\"score\":"u8);
        output.Number(Rounding.ForDisplay(risk.Score));
        output.Raw(",\"level\":"u8);
        output.Text(risk.Level);
        output.Raw(",\"indicators\":["u8);
        for (var i = 0; i < risk.Indicators.Count; i++)
        {
            if (i > 0) output.Raw(","u8);
            WriteIndicator(output, risk.Indicators[i]);
        }

        output.Raw("]}"u8);
    }

    private void WriteIndicator(Utf8Output output, FiringIndicator indicator)
    {
        var (opening, closing) = _churn[indicator.Id];
        output.Raw(opening);
        var first = true;
        foreach (var (signal, value) in indicator.Evidence)
        {
            output.Raw(first ? ""u8 : ","u8);
            output.Text(signal.Name());
            output.Raw(":"u8);
            Value(output, value);
            first = false;
        }

        output.Raw(closing);
    }

    private static void Value(Utf8Output output, SignalValue value)
    {
        switch (value)
        {
            case { IsMissing: true }: output.Raw("null"u8); break;
            case { Kind: SignalKind.Flag }: output.Raw(value.Flag ? "true"u8 : "false"u8); break;
            case { Kind: SignalKind.Word }: output.Text(value.Word!); break;
            default: output.Number(value.Number); break;
        }
    }
}
