using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Input;

namespace HealthApi.Api.Serialization;

/// <summary>
/// Reads and writes enums as case-sensitive snake_case words. Numbers are refused; the error of an unknown word lists the known ones.
/// </summary>
internal sealed class WordConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<string, T> Words =
            Enum.GetValues<T>()
                .ToDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()), StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var allowed = $"Must be one of {string.Join(", ", Words.Keys)}.";
            if (reader.TokenType != JsonTokenType.String) throw new InputException(ErrorCodes.WrongType, allowed);
            return Words.TryGetValue(reader.GetString()!, out var value) ? value : throw new InputException(ErrorCodes.Unknown, allowed);
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
    }
}
