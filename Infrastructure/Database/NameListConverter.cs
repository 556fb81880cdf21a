using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Names in what is stored: null where there is none, the name itself where there is one, an array where there are several. Former versions
/// of the service wrote a single crossing that is resolved so, and can still read it.
/// </summary>
internal sealed class NameListConverter : JsonConverter<IReadOnlyList<string>>
{
    public override bool HandleNull => true;

    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return [];
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("Names are null, a string or an array of strings.");
        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            names.Add(reader.GetString() ?? throw new JsonException("A name is a string."));
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
