using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;
using HealthApi.Api.Serialization;
using HealthApi.Core.Churn;
using HealthApi.Core.Primitives;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Scoring;

/// <summary>The bytes that all results of one model have in common, created once per model.</summary>
internal sealed class ScoreTemplate
{
    private static readonly ConditionalWeakTable<HealthModel, ScoreTemplate> Known = [];

    private ScoreTemplate(HealthModel model)
    {
        var total = model.Components.Sum(component => component.Weight);
        Components = [.. model.Components.Select((component, at) => new ComponentPart(component, component.Weight / total, at == 0))];
    }

    public IReadOnlyList<ComponentPart> Components { get; }

    public static ScoreTemplate For(HealthModel model) => Known.GetValue(model, static model => new ScoreTemplate(model));

    /// <summary>The fixed text of a component up to its score, and the fixed text of each of its measures up to the value.</summary>
    internal sealed class ComponentPart
    {
        public ComponentPart(HealthComponent component, double weight, bool first)
        {
            using var output = new Utf8Output();
            output.Raw(first ? "{\"id\":"u8 : ",{\"id\":"u8);
            output.Text(component.Id);
            output.Raw(",\"weight\":"u8);
            output.Number(Rounding.ForBounds(weight));
            output.Raw(",\"score\":"u8);
            Opening = output.ToArray();
            Measures = [
                .. component.Measures.Select(
                    (measure, at) => Encoding.UTF8.GetBytes($"{(at == 0 ? "" : ",")}{{\"signal\":\"{measure.Signal.Name()}\",\"value\":"))];
        }

        public byte[] Opening { get; }

        public byte[][] Measures { get; }
    }
}

/// <summary>The fixed text of the indicators of a set of churn rules, before and after the evidence.</summary>
internal sealed class ChurnTemplate
{
    private static readonly ConditionalWeakTable<ChurnRuleSet, ChurnTemplate> Known = [];

    private readonly FrozenDictionary<string, (byte[] Opening, byte[] Closing)> _indicators;

    private ChurnTemplate(ChurnRuleSet rules)
        => _indicators =
            rules.Indicators.ToFrozenDictionary(indicator => indicator.Id, indicator => (Opening(indicator), Closing(indicator)));

    public static ChurnTemplate For(ChurnRuleSet rules) => Known.GetValue(rules, static rules => new ChurnTemplate(rules));

    public (byte[] Opening, byte[] Closing) this[string indicator] => _indicators[indicator];

    private static byte[] Opening(ChurnIndicator indicator)
        => Encoding.UTF8.GetBytes(
            $"{{\"id\":\"{indicator.Id}\",\"severity\":\"{indicator.Severity.Name()}\","
            + $"\"kind\":\"{indicator.Kind.Name()}\",\"evidence\":{{");

    private static byte[] Closing(ChurnIndicator indicator)
    {
        using var output = new Utf8Output();
        output.Raw("},\"intervention\":"u8);
        output.Text(indicator.Intervention);
        output.Raw("}"u8);
        return output.ToArray();
    }
}
