using System.Text.Json.Serialization;

namespace HealthApi.Benchmarks.Hosts;

/// <summary>An event as a minimal service would parse it.</summary>
internal sealed record FloorEvent(string Id, string Type, string AccountId, DateTimeOffset OccurredAt, string Source, FloorData Data);

internal sealed record FloorData
{
    public string? UserId { get; init; }

    public string? Feature { get; init; }

    public decimal? Quantity { get; init; }

    public string? TicketId { get; init; }

    public string? Priority { get; init; }

    public string? Sentiment { get; init; }

    public double? Score { get; init; }

    public string? InvoiceId { get; init; }

    public decimal? Amount { get; init; }
}

[JsonSerializable(typeof(FloorEvent))]
[JsonSerializable(typeof(FloorEvent[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class FloorJson : JsonSerializerContext;
