using Dapper;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>
/// Reads pages of alerts. Where a filter names accounts or owners, all of their alerts are read and sorted. Otherwise the index of the sort
/// is walked from the cursor on, and rows before the cursor are never read.
/// </summary>
public sealed class AlertListing(IDatabase database)
{
    /// <summary>The names a listing can be sorted by; a leading minus sorts in descending order.</summary>
    public static IReadOnlyCollection<string> SortNames => AlertSort.Names;

    /// <summary>The sort of a listing that names none: the worst severity first, then the largest ARR.</summary>
    public static string DefaultSort => AlertSort.Default;

    /// <summary>The position of an alert in a listing of this sort.</summary>
    public static AlertPosition PositionOf(string sort, ListedAlert alert) => AlertSort.Of(sort).PositionOf(sort, alert);

    /// <summary>Whether a cursor has the values that its sort needs.</summary>
    public static bool IsPosition(AlertPosition position) =>
        AlertSort.Names.Contains(position.Sort) && (AlertSort.Of(position.Sort).Column is null) == position.At is null;

    /// <summary>Up to <paramref name="limit"/> alerts after the cursor.</summary>
    /// <param name="sort">One of <see cref="SortNames"/>.</param>
    public Task<IReadOnlyList<ListedAlert>> ListAsync(
        AlertFilter filter, string sort, AlertPosition? after, int limit, CancellationToken cancellation)
    {
        var order = AlertSort.Of(sort);
        return database.ReadAsync<IReadOnlyList<ListedAlert>>(
            async connection =>
            {
                // One snapshot for all statements of a page. SQL Server has one for each statement.
                await using var snapshot = connection is SqliteConnection ? await connection.BeginTransactionAsync(cancellation) : null;
                var found = new List<ListedAlert>();
                foreach (var statement in Statements(filter, order, after))
                {
                    var parameters = AlertPages.Parameters(connection, filter, after, limit - found.Count);
                    found.AddRange(await connection.QueryAsync<ListedAlert>(statement.For(connection), parameters, snapshot));
                    if (found.Count == limit) break;
                }

                return found;
            },
            cancellation);
    }

    /// <summary>The statements that give the page, one after the other.</summary>
    internal static IEnumerable<SqlText> Statements(AlertFilter filter, AlertSort sort, AlertPosition? after) =>
        AlertPages.Driver(filter, sort) is { } index
            ? [AlertPages.Gather(filter, sort, after, index)]
            : sort.After(after).Select(range => AlertPages.Walk(filter, sort, range));
}
