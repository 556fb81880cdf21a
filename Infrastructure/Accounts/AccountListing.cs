using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Where the previous page ended: the sort value (null sorts lowest) and the id of its last account.</summary>
public sealed record AccountCursor(string Sort, object? Value, string Id);

/// <summary>An account in a listing.</summary>
public sealed record ListedAccount(
    StoredAccount Stored, double? Score, string Category, double RiskScore, string RiskLevel, object? SortValue);

/// <summary>Reads pages of accounts. A page seeks to its first row in an index; it never reads and skips the rows before it.</summary>
public sealed class AccountListing(IDatabase database)
{
    /// <summary>The names a listing can be sorted by.</summary>
    public static IReadOnlyCollection<string> SortNames => AccountPages.SortNames;

    /// <summary>Up to <paramref name="limit"/> accounts after the cursor.</summary>
    /// <param name="sort">One of <see cref="SortNames"/>; a leading minus sorts in descending order.</param>
    public async Task<IReadOnlyList<ListedAccount>> ListAsync(
        AccountFilter filter, string sort, AccountCursor? after, int limit, CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(connection => ReadAsync(connection, filter, sort, after, limit), cancellation);
        return [.. rows.Select(row => row.ToListed(sort.TrimStart('-')))];
    }

    /// <summary>Reads the ranges in their order until the page is full.</summary>
    private static async Task<List<ListedRow>> ReadAsync(
        DbConnection connection, AccountFilter filter, string sort, AccountCursor? after, int limit)
    {
        var (rows, parameters) = (new List<ListedRow>(), AccountConditions.Parameters(connection, filter));
        parameters.Add("AfterValue", after?.Value);
        parameters.Add("AfterId", after?.Id);
        foreach (var range in AccountPages.Of(filter, sort, after))
        {
            parameters.Add("Limit", limit - rows.Count);
            rows.AddRange(await connection.QueryAsync<ListedRow>(range.For(connection), parameters));
            if (rows.Count == limit) break;
        }

        return rows;
    }

    private sealed record ListedRow
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Profile { get; init; } = "";

        public string Segment { get; init; } = "";

        public string Phase { get; init; } = "";

        public long Version { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }

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
            var account = Effective(AccountColumns.FromProfileOrBare(Profile, Id) with { Name = Name });
            var stored = new StoredAccount(account, Segment, Phase, Version, CreatedAt, UpdatedAt);
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
            return new ListedAccount(stored, Score, Category, RiskScore, RiskLevel, value);
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
}
