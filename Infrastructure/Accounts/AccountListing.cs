using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Where the previous page ended: the sort value (null sorts lowest) and the id of its last account.</summary>
public sealed record AccountCursor(string Sort, object? Value, string Id);

/// <summary>An account in a listing.</summary>
public sealed record ListedAccount(
    StoredAccount Stored, double? Score, string Category, double RiskScore, string RiskLevel, object? SortValue);

/// <summary>
/// Reads pages of accounts, by one of two ways. Where a filter has few accounts, all of them are read and the page is taken from them.
/// Otherwise the index of the sort is walked from the cursor on until the page is full. Both give the same page. Rows before the cursor are
/// never read.
/// </summary>
public sealed class AccountListing(IDatabase database)
{
    /// <summary>The names a listing can be sorted by.</summary>
    public static IReadOnlyCollection<string> SortNames => ListingSort.Names;

    /// <summary>Which way is taken; tests make the limits small.</summary>
    internal ListingLimits Limits { get; init; } = new();

    /// <summary>Up to <paramref name="limit"/> accounts after the cursor.</summary>
    /// <param name="sort">One of <see cref="SortNames"/>; a leading minus sorts in descending order.</param>
    public async Task<IReadOnlyList<ListedAccount>> ListAsync(
        AccountFilter filter, string sort, AccountCursor? after, int limit, CancellationToken cancellation)
    {
        var query = new ListingQuery(filter, sort);
        var rows = await database.ReadAsync(
            async connection =>
            {
                // One snapshot for all statements of a page, deferred: it never takes the writer's lock. SQL Server has one for each
                // statement; rows are checked when they are read.
                await using var snapshot = (connection as SqliteConnection)?.BeginTransaction(deferred: true);
                return await new AccountPageReader(connection, snapshot, query, Limits).ReadAsync(after, limit);
            },
            cancellation);
        return [.. rows.Select(row => row.ToListed(sort.TrimStart('-')))];
    }
}
