namespace HealthApi.Api.Webhooks;

/// <summary>The request to send the example of a message type.</summary>
internal sealed record TestRequest
{
    /// <summary>A name of <c>GET /v1/webhooks/event-types</c>.</summary>
    public required string Type { get; init; }
}
