namespace HealthApi.Api.Webhooks;

/// <summary>Which type's example to send.</summary>
internal sealed record TestRequest
{
    /// <summary>A name of <c>GET /v1/webhooks/event-types</c>.</summary>
    public required string Type { get; init; }
}
