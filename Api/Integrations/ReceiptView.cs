using HealthApi.Infrastructure.Inbound;

namespace HealthApi.Api.Integrations;

/// <summary>How many parts of a payload became events, were parked, stayed unmapped or were ignored.</summary>
internal sealed record ReceiptView(int Accepted, int Parked, int Unmapped, int Ignored)
{
    public static ReceiptView Of(InboundReceipt receipt) => new(receipt.Accepted, receipt.Parked, receipt.Unmapped, receipt.Ignored);
}

/// <summary>The outcome of a retry of an unmapped payload.</summary>
internal sealed record RetriedPayloadView(string Id, int Accepted, int Parked, int Unmapped, int Ignored)
{
    public static RetriedPayloadView Of(string id, InboundReceipt receipt) =>
        new(id, receipt.Accepted, receipt.Parked, receipt.Unmapped, receipt.Ignored);
}

/// <summary>The answer to a tracking call.</summary>
internal sealed record TrackingAnswer(bool Success);
