using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HealthApi.Core.Primitives;

namespace HealthApi.Infrastructure.Auditing;

/// <summary>
/// Writes the states of audit entries as JSON: camelCase members, enums as snake_case words. The caller must leave out secrets.
/// </summary>
internal static class AuditJson
{
    /// <summary>A longer state is stored as its length in bytes and its SHA-256, which show whether it changed.</summary>
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
    /// The part of a URL that cannot hold credentials: scheme, host and port. Paths and queries often hold them; <c>sha256</c>, the first
    /// 16 hex digits of the hash of the whole URL, shows whether they changed.
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
