namespace HealthApi.Api.Webhooks;

/// <summary>The request to enable a subscription.</summary>
internal sealed record EnableRequest
{
    /// <summary>What happens to the held deliveries: <c>keep</c> (the default), <c>all</c> or <c>latest</c>.</summary>
    public string? Held { get; init; }
}
