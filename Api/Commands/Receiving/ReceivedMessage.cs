using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Commands.Receiving;

/// <summary>A webhook as it came in.</summary>
/// <param name="Signed">Whether its signature is right; null where no secret is known to check it by.</param>
internal sealed record ReceivedMessage(string Id, bool? Signed, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body where it is a JSON object, else null.</summary>
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
