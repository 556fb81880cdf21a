using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Primitives;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Writes many rows as one JSON parameter for <c>json_each</c> and <c>OPENJSON … WITH</c>, so that any number of rows takes one statement
/// and one round trip. Members are camelCase; instants, money and flags have the form that the columns of that database take.
/// </summary>
internal static class JsonRows
{
    private static readonly JsonSerializerOptions Sqlite =
        Options(new MicrosecondsConverter(), new TenThousandthsConverter(), new BitConverter());

    private static readonly JsonSerializerOptions SqlServer = Options(new DateTime2Converter());

    public static string Of<T>(DbConnection connection, IEnumerable<T> rows) =>
        JsonSerializer.Serialize(rows, connection is SqliteConnection ? Sqlite : SqlServer);

    private static JsonSerializerOptions Options(params JsonConverter[] converters)
    {
        var options = new JsonSerializerOptions(
            JsonSerializerDefaults.Web)
        { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        foreach (var converter in converters) options.Converters.Add(converter);
        return options;
    }

    private sealed class MicrosecondsConverter : WriteOnlyConverter<DateTimeOffset>
    {
        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.ToMicroseconds());
    }

    private sealed class TenThousandthsConverter : WriteOnlyConverter<decimal>
    {
        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(SqlTypes.ToTenThousandths(value));
    }

    private sealed class BitConverter : WriteOnlyConverter<bool>
    {
        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value ? 1 : 0);
    }

    private sealed class DateTime2Converter : WriteOnlyConverter<DateTimeOffset>
    {
        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToDateTime2().ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture));
    }

    private abstract class WriteOnlyConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new InvalidOperationException("Rows can only be written, not read.");
    }
}
