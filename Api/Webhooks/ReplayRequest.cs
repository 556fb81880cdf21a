
namespace HealthApi.Api.Webhooks;

/// <summary>The deliveries to send again: those that fell due from <see cref="Since"/> on and before <see cref="Until"/>.</summary>
internal sealed record ReplayRequest
{
    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary><c>delivered</c>, <c>failed</c>, <c>held</c> or <c>skipped</c>; by default all that were not delivered.</summary>
    public string? Status { get; init; }
}
