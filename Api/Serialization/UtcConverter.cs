using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Serialization;

/// <summary>
/// Writes times as RFC 3339 in UTC, with <c>Z</c> and without trailing zeros. Reads dates and RFC 3339 times with an offset.
/// </summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    private const string Expected = "Must be a date (2026-11-20) or an RFC 3339 time with offset (2026-11-20T09:30:00Z).";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.String ? throw new InputException(ErrorCodes.WrongType, Expected)
            : Rfc3339.TryParseDateOrTime(System.Text.Encoding.UTF8.GetBytes(reader.GetString()!), out var instant) ? instant
            : throw new InputException(ErrorCodes.InvalidFormat, Expected);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Rfc3339.Format(value));
}
