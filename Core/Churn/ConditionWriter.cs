using System.Collections.Immutable;
using System.Text.Json;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Churn;

/// <summary>Writes a condition as <see cref="ConditionReader"/> reads it.</summary>
public static class ConditionWriter
{
    public static void Write(Utf8JsonWriter json, Condition condition)
    {
        json.WriteStartObject();
        switch (condition)
        {
            case SignalCondition comparison: WriteComparison(json, comparison); break;
            case MissingCondition missing: WriteMissing(json, missing); break;
            case AllCondition all: WriteParts(json, "all", all.Parts); break;
            case AnyCondition any: WriteParts(json, "any", any.Parts); break;
        }

        json.WriteEndObject();
    }

    private static void WriteComparison(Utf8JsonWriter json, SignalCondition condition)
    {
        json.WriteString("signal", condition.Signal.Name());
        json.WriteString("op", condition.Operator.Symbol());
        json.WritePropertyName("value");
        condition.Value.WriteTo(json);
    }

    private static void WriteMissing(Utf8JsonWriter json, MissingCondition condition)
    {
        json.WriteString("signal", condition.Signal.Name());
        json.WriteString("op", MissingCondition.Symbol);
    }

    private static void WriteParts(Utf8JsonWriter json, string name, ImmutableArray<Condition> parts)
    {
        json.WriteStartArray(name);
        foreach (var part in parts)
        {
            Write(json, part);
        }

        json.WriteEndArray();
    }
}
