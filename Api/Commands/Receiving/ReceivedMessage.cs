using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Commands.Receiving;

/// <summary>A received webhook.</summary>
/// <param name="Signed">Whether its signature is valid; null if no secret is known to verify it.</param>
internal sealed record ReceivedMessage(string Id, bool? Signed, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body if it is a JSON object; otherwise null.</summary>
    public JsonObject? Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body) as JsonObject;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public static ReceivedMessage Of(HttpRequest request, byte[] body, WebhookSecret? secret, DateTimeOffset now)
    {
        var headers = request.Headers;
        string? Header(string name) => headers[name].Count == 1 ? headers[name].ToString() : null;
        var id = Header(WebhookSignature.IdHeader);
        var signed = secret is null
            ? (bool?)null
            : WebhookSignature.Verify(
                secret, id, Header(WebhookSignature.TimestampHeader), Header(WebhookSignature.SignatureHeader), body, now);
        return new ReceivedMessage(id ?? "", signed, body);
    }
}
