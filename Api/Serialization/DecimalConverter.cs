using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Serialization;

/// <summary>Reads decimals exactly: a number with too many digits is refused, not rounded.</summary>
internal sealed class DecimalConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number) throw new InputException(ErrorCodes.WrongType, "Must be a number.");
        return ExactDecimal.TryRead(ref reader, out var value) ? value
            : throw new InputException(ErrorCodes.OutOfRange, "The number has too many digits.");
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
