using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Stores a list of names: null for none, the name itself for one, an array for several. Earlier versions of the service stored a single
/// name (the one crossing that is resolved) in this form, and can read what is stored now.
/// </summary>
internal sealed class NameListConverter : JsonConverter<IReadOnlyList<string>>
{
    public override bool HandleNull => true;

    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return [];
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("Names must be null, a string or an array of strings.");
        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            names.Add(reader.GetString() ?? throw new JsonException("A name must be a string."));
        return names;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        if (value is null or [])
        {
            writer.WriteNullValue();
            return;
        }

        if (value is [var only])
        {
            writer.WriteStringValue(only);
            return;
        }

        writer.WriteStartArray();
        foreach (var name in value) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
