using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthApi.Core.Signals;

/// <summary>
/// Converts a signal's value in JSON that only the service itself reads: a number, true or false, a word, or null if missing.
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
            _ => throw new JsonException("A signal's value must be a number, true or false, a word or null."),
        };

    public override void Write(Utf8JsonWriter writer, SignalValue value, JsonSerializerOptions options) => value.WriteTo(writer);
}
