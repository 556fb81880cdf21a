
namespace HealthApi.Api.Integrations;

/// <summary>How customers are found among the accounts.</summary>
internal sealed record AccountMappingDocument
{
    /// <summary>The system of the accounts' external ids that hold the vendor's customer ids; by default the name of the vendor.</summary>
    public string? ExternalId { get; init; }

    /// <summary>JSON pointer to the customer's id within a part of the payload; by default the place that the vendor uses.</summary>
    public string? Pointer { get; init; }
}
