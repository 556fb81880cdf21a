using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Churn;

/// <summary>Writes a rule set as a document; <see cref="ChurnRuleSetReader"/> reads it back to the same rules.</summary>
public static class ChurnRuleSetWriter
{
    /// <summary>The document in UTF-8, without white space.</summary>
    public static byte[] ToUtf8(ChurnRuleSet rules)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DocumentWriting.Options))
        {
            Write(json, rules);
        }

        return stream.ToArray();
    }

    public static void Write(Utf8JsonWriter json, ChurnRuleSet rules)
    {
        json.WriteStartObject();
        json.WriteString("id", rules.Id);
        json.WriteNumber("version", rules.Version);
        if (rules.Description.Length > 0)
        {
            json.WriteString("description", rules.Description);
        }

        json.WriteStartObject("probabilities");
        json.WriteNumber("high", rules.Probabilities.High);
        json.WriteNumber("medium", rules.Probabilities.Medium);
        json.WriteEndObject();
        json.WriteStartArray("levels");
        foreach (var level in rules.Levels)
        {
            WriteLevel(json, level);
        }

        json.WriteEndArray();
        json.WriteStartArray("indicators");
        foreach (var indicator in rules.Indicators)
        {
            WriteIndicator(json, indicator);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLevel(Utf8JsonWriter json, ChurnLevel level)
    {
        json.WriteStartObject();
        json.WriteString("id", level.Id);
        if (level.Bound is { } bound)
        {
            json.WriteNumber("bound", bound);
        }

        json.WriteEndObject();
    }

    private static void WriteIndicator(Utf8JsonWriter json, ChurnIndicator indicator)
    {
        json.WriteStartObject();
        json.WriteString("id", indicator.Id);
        json.WriteString("severity", indicator.Severity.Name());
        json.WriteString("kind", indicator.Kind.Name());
        json.WritePropertyName("condition");
        ConditionWriter.Write(json, indicator.Condition);
        json.WriteString("intervention", indicator.Intervention);
        json.WriteEndObject();
    }
}
