using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Core.Signals;

/// <summary>
/// A signal's value in JSON that the service writes for itself: a number, true or false, a word, or null where it is missing.
/// </summary>
internal sealed class SignalValueConverter : JsonConverter<SignalValue>
{
    public override SignalValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Number => SignalValue.Of(reader.GetDouble()),
            JsonTokenType.True or JsonTokenType.False => SignalValue.Of(reader.GetBoolean()),
            JsonTokenType.String => SignalValue.Of(reader.GetString()!),
            JsonTokenType.Null => SignalValue.Missing,
            _ => throw new JsonException("A signal's value is a number, a flag or a word."),
        };

    public override void Write(Utf8JsonWriter writer, SignalValue value, JsonSerializerOptions options) => value.WriteTo(writer);
}
