using System.Text.Json;
using HealthApi.Core.Input;
using HealthApi.Core.Signals;

namespace HealthApi.Core.Scoring.Documents;

/// <summary>Writes a model as a document; <see cref="HealthModelReader"/> reads it back to the same model.</summary>
public static class HealthModelWriter
{
    /// <summary>The document in UTF-8, without white space.</summary>
    public static byte[] ToUtf8(HealthModel model)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DocumentWriting.Options))
        {
            Write(json, model);
        }

        return stream.ToArray();
    }

    public static void Write(Utf8JsonWriter json, HealthModel model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Id);
        json.WriteNumber("version", model.Version);
        json.WriteString("name", model.Name);
        if (model.Description.Length > 0)
        {
            json.WriteString("description", model.Description);
        }

        if (model.IsDefault)
        {
            json.WriteBoolean("default", true);
        }

        WriteMissing(json, model.Missing);
        json.WriteStartArray("components");
        foreach (var component in model.Components)
        {
            WriteComponent(json, component);
        }

        json.WriteEndArray();
        json.WriteStartArray("categories");
        foreach (var category in model.Categories)
        {
            WriteCategory(json, category);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter json, HealthComponent component)
    {
        json.WriteStartObject();
        json.WriteString("id", component.Id);
        json.WriteNumber("weight", component.Weight);
        json.WriteString("aggregate", component.Aggregate == Aggregate.Min ? "min" : "mean");
        json.WriteStartArray("measures");
        foreach (var measure in component.Measures)
        {
            json.WriteStartObject();
            json.WriteString("signal", measure.Signal.Name());
            json.WriteNumber("weight", measure.Weight);
            if (measure.Missing is { } missing)
            {
                WriteMissing(json, missing);
            }

            NormaliserWriter.Write(json, measure.Normaliser);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCategory(Utf8JsonWriter json, HealthCategory category)
    {
        json.WriteStartObject();
        json.WriteString("id", category.Id);
        if (category.Bound is { } bound)
        {
            json.WriteString("op", (category.Inclusive ? Operator.GreaterOrEqual : Operator.Greater).Symbol());
            json.WriteNumber("bound", bound);
        }

        if (category.Meaning.Length > 0)
        {
            json.WriteString("meaning", category.Meaning);
        }

        json.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter json, MissingPolicy policy)
    {
        switch (policy)
        {
            case MissingPolicy.CountAs { Value: var points }:
                json.WriteStartObject("missing");
                json.WriteNumber("points", points);
                json.WriteEndObject();
                break;
            case MissingPolicy.CountAsZero: json.WriteString("missing", "zero"); break;
            default: json.WriteString("missing", "renormalise"); break;
        }
    }
}
