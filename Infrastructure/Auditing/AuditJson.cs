using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Primitives;

namespace HealthApi.Infrastructure.Auditing;

/// <summary>Writes states as the trail keeps them: camelCase, enums as snake_case words. Whoever calls it leaves secrets out.</summary>
internal static class AuditJson
{
    /// <summary>A longer state is kept as its length and SHA-256: enough to tell that it changed.</summary>
    private const int LongestBytes = 32 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 128,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new UtcConverter() },
    };

    public static string? Write(object? state)
    {
        if (state is null) return null;
        var utf8 = JsonSerializer.SerializeToUtf8Bytes(state, Options);
        return utf8.Length <= LongestBytes
            ? Encoding.UTF8.GetString(utf8)
            : JsonSerializer.Serialize(new { bytes = utf8.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(utf8)) }, Options);
    }

    /// <summary>
    /// A URL as far as it can hold no credentials: scheme, host and port. Paths and queries often do; that they changed shows in
    /// <c>sha256</c>, 16 hex digits of the whole's.
    /// </summary>
    public static object Url(string url) => new
    {
        Origin = Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            ? parsed.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)).AsSpan(0, 8)),
    };

    private sealed class UtcConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Rfc3339.Format(value));
    }
}
