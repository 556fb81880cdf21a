
namespace HealthApi.Api.Integrations;

/// <summary>The next secret; by default the service generates it.</summary>
internal sealed record RotateRequest
{
    public string? Secret { get; init; }
}
