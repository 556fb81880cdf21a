using HealthApi.Core.Accounts;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>A row of a page.</summary>
internal sealed record ListedRow : StoredAccountRow
{
    public string Name { get; init; } = "";

    public decimal? Arr { get; init; }

    public decimal? Mrr { get; init; }

    public string? Currency { get; init; }

    public long? Licences { get; init; }

    public DateTimeOffset? RenewalDate { get; init; }

    public DateTimeOffset? ChurnedAt { get; init; }

    public long? TermsVersion { get; init; }

    public double? Score { get; init; }

    public string Category { get; init; } = "";

    public double RiskScore { get; init; }

    public string RiskLevel { get; init; } = "";

    public ListedAccount ToListed(string sort)
    {
        var stored = ToStored();
        var account = Effective(stored.Account with { Name = Name });
        object? value = sort switch
        {
            "name" => account.Name,
            "arr" => Arr,
            "mrr" => Mrr,
            "licences" => Licences,
            "renewalDate" => RenewalDate,
            "churnedAt" => ChurnedAt,
            "updatedAt" => UpdatedAt,
            "score" => Score,
            "churnRisk" => RiskScore,
            _ => account.Id,
        };
        return new ListedAccount(stored with { Account = account }, Score, Category, RiskScore, RiskLevel, value);
    }

    /// <summary>
    /// The account with the terms that the listing sorts by. Currency, licences and churn date are taken from the columns only where
    /// this version of the service has filled them (<c>terms_version</c>); earlier versions did not.
    /// </summary>
    private Account Effective(Account account)
    {
        var listed = account with { Arr = Arr, Mrr = Mrr, RenewalDate = RenewalDate };
        return TermsVersion is null ? listed
            : listed with { Currency = Currency ?? account.Currency, Licences = (int?)Licences, ChurnedAt = ChurnedAt };
    }
}
