namespace HealthApi.Infrastructure.Accounts;

/// <summary>The restrictions of a listing, each with a condition of its own.</summary>
internal enum ListingFilter
{
    Segment,
    Category,
    Risk,
    Owner,
    Phase,
    ParentId,
    Tag,
    ExternalId,
    Churned,

    /// <summary><see cref="AccountFilter.MinScore"/> and <see cref="AccountFilter.MaxScore"/>.</summary>
    Score,
    MinRisk,
    RenewalBefore,
    Disagreement,
    Q,
}
