using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;

namespace HealthApi.Core.Integrations;

/// <summary>An event of a customer whose account has not been looked up yet.</summary>
/// <param name="OccurredAt">Null if the payload has no usable time; the time of acceptance counts then.</param>
public sealed record EventDraft(string Id, string Type, DateTimeOffset? OccurredAt, JsonObject Data)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static EventDraft Of(string id, EventType type, DateTimeOffset? occurredAt, JsonObject data) =>
        new(id, type.Name(), occurredAt, data);

    /// <summary>The event in the form of <c>POST /v1/events</c>, so that it passes the same validation.</summary>
    public byte[] ToJson(string source, string accountId)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("type", Type);
            json.WriteString("accountId", accountId);
            json.WriteString("source", source);
            if (OccurredAt is { } at) json.WriteString("occurredAt", Rfc3339.Format(at));
            json.WritePropertyName("data");
            Data.WriteTo(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
