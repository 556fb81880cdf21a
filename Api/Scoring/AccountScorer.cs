using System.Text.Json;
using HealthApi.Api.Serialization;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;

namespace HealthApi.Api.Scoring;

/// <summary>Reads, scores and writes one account after another, with one model and one set of churn rules.</summary>
internal sealed class AccountScorer(HealthModel model, ChurnRuleSet rules, bool explain, ScoreErrors errors)
{
    private readonly AccountReader _reader = new(errors);
    private readonly ScoreWriter _writer = new(model, rules, explain);

    /// <summary>The id of the last account that was read; null if it has none.</summary>
    public string? Id => _reader.Id;

    /// <inheritdoc cref="AccountReader.Read"/>
    public void Read(ref Utf8JsonReader json, in AccountPlace place) => _reader.Read(ref json, place);

    /// <summary>Appends the result of the last account that was read, which must be without mistakes.</summary>
    public void Write(Utf8Output output)
    {
        var health = HealthScorer.Score(model, _reader.Signals, explain);
        _writer.Write(output, _reader.Id!, health, ChurnAssessor.Assess(rules, _reader.Signals));
    }
}
