using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Reads one page.</summary>
internal sealed class AccountPageReader(
    DbConnection connection, DbTransaction? transaction, ListingQuery query, ListingLimits limits)
{
    private readonly DynamicParameters _parameters = AccountConditions.Parameters(connection, query.Filter);
    private readonly Dictionary<ListingFilter, IReadOnlyList<string>> _leads = [];

    public async Task<List<ListedRow>> ReadAsync(AccountCursor? after, int limit)
    {
        var driver = query.IsExact ? null : await FewestAsync();
        if (driver is { Count: 0 }) return [];
        if (driver?.Of is { StatesIndex: { } index } && query is { IsCovered: true, Sort.IsOfStates: true })
            return await WalkAsync(range => AccountPages.Gather(query, range, index), after, limit);
        if (driver is not null && await IdsAsync(driver.Of) is { } ids) return await CheckAsync(ids, after, limit);
        var leads = query.Sort.Lead is { } lead ? query.Leads ?? await LeadsAsync(lead) : [];
        foreach (var (number, value) in leads.Index()) _parameters.Add($"Lead{number}", value);
        return query.Sort.Lead is not null && leads.Count == 0 ? []
            : await WalkAsync(range => AccountPages.Walk(query, range, leads.Count), after, limit);
    }

    /// <summary>The filter with the fewest accounts; null where each has more than can be looked at.</summary>
    /// <param name="limit">The most entries to look at; null where it depends on the filter.</param>
    private async Task<Fewest?> FewestAsync(int? limit = null)
    {
        Fewest? fewest = null;
        foreach (var driver in ListingDriver.Of(query))
        {
            if (driver.Leads is { } leads) _parameters.Add("Leads", JsonRows.Of(connection, await LeadsAsync(leads)));
            var most = Math.Min(limit ?? Most(driver), fewest?.Count - 1 ?? int.MaxValue - 1);
            _parameters.Add("Limit", most + 1);
            var count = await connection.ExecuteScalarAsync<int>(driver.Entries.For(connection), _parameters, transaction);
            if (count <= most) fewest = new Fewest(driver, count);
            if (count == 0) break;
        }

        return fewest;
    }

    /// <summary>
    /// The entries up to which the filter's own index is better than a walk. More of them are looked at where other filters leave out most
    /// by narrow indexes.
    /// </summary>
    private int Most(ListingDriver driver) => query switch
    {
        { IsCovered: true, Sort.IsOfStates: true } when driver.StatesIndex is not null => limits.Scanned,
        { IsCovered: true } => limits.Covered,
        { Conditions.Count: > 1 } => limits.Scanned,
        _ => limits.Read,
    };

    /// <summary>The filter's accounts that can match; null where there are too many.</summary>
    private async Task<List<string>?> IdsAsync(ListingDriver driver)
    {
        if (driver.Leads is { } leads) _parameters.Add("Leads", JsonRows.Of(connection, await LeadsAsync(leads)));
        _parameters.Add("Limit", limits.Read + 1);
        var ids = (await connection.QueryAsync<string>(driver.Ids.For(connection), _parameters, transaction)).AsList();
        return ids.Count <= limits.Read ? ids : null;
    }

    /// <summary>
    /// The accounts that can match, where a walk has seen many that do not; null where there are too many. This reads all entries of an
    /// index, but no row.
    /// </summary>
    private async Task<List<string>?> AllAsync()
    {
        if (query.Filter.Q is not null) return await IdsAsync(ListingDriver.OfSearch(query));
        return await FewestAsync(limits.Scanned * ListingLimits.Growth) is { } fewest ? await IdsAsync(fewest.Of) : null;
    }

    /// <summary>Walks an index, a chunk at a time, until the page is full or the index ends.</summary>
    private async Task<List<ListedRow>> WalkAsync(Func<string, SqlText> walk, AccountCursor? after, int limit)
    {
        var (rows, first, seen) = (new List<ListedRow>(), after, 0);
        var chunk = query.IsCovered ? limit : Math.Max(limit, limits.Chunk);
        var ranges = new Queue<string>(query.Sort.Ranges(query.SortName, after));
        while (rows.Count < limit && ranges.TryDequeue(out var range))
        {
            _parameters.Add("AfterValue", after?.Value);
            _parameters.Add("AfterId", after?.Id);
            _parameters.Add("Limit", chunk);
            var found = await query.Sort.ReadAsync(connection, transaction, query.SortName, walk(range).For(connection), _parameters);
            rows.AddRange(await CheckAsync([.. found.Where(one => !one.RuledOut).Select(one => one.At.Id)], null, limit - rows.Count));
            if (found.Count < chunk) continue;
            var before = seen;
            seen += found.Count;
            if (rows.Count < limit && !query.IsCovered && before < limits.Walked && seen >= limits.Walked && await AllAsync() is { } ids)
                return await CheckAsync(ids, first, limit);
            after = found[^1].At;
            ranges = new Queue<string>(query.Sort.Ranges(query.SortName, after));
            chunk = Math.Min(chunk * 2, Math.Max(limit, limits.Chunk) * ListingLimits.Growth);
        }

        return rows;
    }

    /// <summary>The accounts among the found ones that match everything, in the order of the page.</summary>
    private async Task<List<ListedRow>> CheckAsync(List<string> ids, AccountCursor? after, int limit)
    {
        if (ids.Count == 0) return [];
        _parameters.Add("Ids", JsonRows.Of(connection, ids));
        _parameters.Add("AfterValue", after?.Value);
        _parameters.Add("AfterId", after?.Id);
        _parameters.Add("Limit", limit);
        return (await connection.QueryAsync<ListedRow>(AccountPages.Read(query, after).For(connection), _parameters, transaction)).AsList();
    }

    /// <summary>All values of a leading column, which are few: one look-up each, once for the page.</summary>
    private async Task<IReadOnlyList<string>> LeadsAsync(ListingFilter lead)
    {
        if (_leads.TryGetValue(lead, out var known)) return known;
        var (values, (first, next)) = (new List<string>(), ListingLeads.Of(lead));
        for (var value = await connection.ExecuteScalarAsync<string?>(first, transaction: transaction); value is not null;)
        {
            values.Add(value);
            value = await connection.ExecuteScalarAsync<string?>(next, new { After = value }, transaction);
        }

        return _leads[lead] = values;
    }

    private sealed record Fewest(ListingDriver Of, int Count);
}
