using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>The number of inbound webhooks that an integration refused, in total and by reason.</summary>
internal sealed record RefusedView(long Total, DateTimeOffset? LastAt, IReadOnlyDictionary<string, long> Reasons)
{
    public static RefusedView Of(IReadOnlyList<RefusalCount> counts) => new(
        counts.Sum(count => count.Refused),
        counts.Count == 0 ? null : counts.Max(count => count.LastAt),
        new SortedDictionary<string, long>(counts.ToDictionary(count => count.Reason, count => count.Refused), StringComparer.Ordinal));
}

/// <summary>A refused inbound webhook.</summary>
internal sealed record RefusalView(
    DateTimeOffset At, string Reason, int Status, string Detail, string? ContentType, long? Bytes, string? Address)
{
    public static RefusalView Of(RefusedDelivery refused) =>
        new(refused.At, refused.Reason, refused.Status, refused.Detail, refused.ContentType, refused.Bytes, refused.Address);
}
