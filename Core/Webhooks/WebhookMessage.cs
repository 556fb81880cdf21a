using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Webhooks;

/// <summary>
/// A message to a receiver. <see cref="Body"/> is the exact text that is signed and sent, <c>{ type, timestamp, data }</c>. It never
/// changes, so every attempt sends the same bytes. <see cref="Id"/> is the <c>webhook-id</c> of every attempt and contains no dot.
/// <see cref="Trace"/> is the W3C <c>traceparent</c> of the request that caused the message, or null.
/// </summary>
public sealed record WebhookMessage(string Id, string Type, string? AccountId, DateTimeOffset CreatedAt, string Body, string? Trace)
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Creates a message whose id is derived from its type and <paramref name="key"/>, so that the same decision always gives the same id.
    /// </summary>
    /// <param name="key">Identifies the content within the type, such as the id of a crossing.</param>
    /// <param name="type">The type, such as <c>health.threshold_crossed</c>.</param>
    /// <param name="accountId">The account that the message is about, or null.</param>
    /// <param name="at">The instant at which the content happened; becomes <c>timestamp</c>.</param>
    /// <param name="data">A JSON object.</param>
    /// <param name="trace">A <c>traceparent</c>, or null.</param>
    public static WebhookMessage Create(string key, string type, string? accountId, DateTimeOffset at, JsonElement data, string? trace) =>
        new(IdOf(type, key), type, accountId, at, Compose(type, at, data), trace);

    /// <summary>The id of the message of this type and key.</summary>
    public static string IdOf(string type, string key) => DerivedId.Of("msg_", $"{type}\n{key}");

    private static string Compose(string type, DateTimeOffset at, JsonElement data)
    {
        using var buffer = new MemoryStream(1024);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("timestamp", Instant.Truncate(at).UtcDateTime);
            json.WritePropertyName("data");
            data.WriteTo(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
