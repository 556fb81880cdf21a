using System.Data.Common;
using Dapper;
using HealthApi.Core.Integrations;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>A customer's name after all links were followed, and the account that claims it; null where none does.</summary>
public sealed record KnownCustomer(string Reference, string? AccountId);

/// <summary>
/// Finds the accounts for the names that vendors give their customers. It follows the stored links, then looks for an account with the
/// external id, then for an account with that id.
/// </summary>
public sealed class CustomerDirectory(IDatabase database, TimeProvider time)
{
    /// <summary>The maximum length of a chain of links; alias, user, group and account need four.</summary>
    private const int MostHops = 4;

    /// <summary>
    /// How often the use of a link is recorded, at most. The record keeps <see cref="CustomerLinkPruning"/> from deleting the link;
    /// recording it seldom keeps reads from writing.
    /// </summary>
    private static readonly TimeSpan NoteUseEvery = TimeSpan.FromDays(30);

    // Missing links are inserted, then every stored link that is not newer is updated. Where two transactions insert the same name, the
    // second runs again after a unique key violation or finds the row, and the newer link stays in any order.
    private static readonly SqlText UpsertLinks = new(
        """
        INSERT INTO integration_links (integration_id, reference, target, as_of)
        SELECT @Integration, r.value ->> 'reference', r.value ->> 'target', r.value ->> 'asOf' FROM json_each(@Rows) AS r
        WHERE NOT EXISTS (SELECT 1 FROM integration_links AS l WHERE l.integration_id = @Integration
            AND l.reference = r.value ->> 'reference');
        UPDATE integration_links SET target = r.target, as_of = r.as_of
        FROM (SELECT value ->> 'reference' AS reference, value ->> 'target' AS target, value ->> 'asOf' AS as_of FROM json_each(@Rows)) AS r
        WHERE integration_links.integration_id = @Integration AND integration_links.reference = r.reference
            AND integration_links.as_of <= r.as_of;
        """,
        """
        INSERT INTO integration_links (integration_id, reference, target, as_of)
        SELECT @Integration, r.reference, r.target, r.asOf FROM OPENJSON(@Rows) WITH (reference nvarchar(200), target nvarchar(128),
            asOf datetime2(6) '$.asOf') AS r
        WHERE NOT EXISTS (
            SELECT 1 FROM integration_links AS l WITH (UPDLOCK) WHERE l.integration_id = @Integration
                AND l.reference = r.reference COLLATE Latin1_General_100_BIN2);
        UPDATE l SET target = r.target, as_of = r.asOf
        FROM integration_links AS l JOIN OPENJSON(@Rows) WITH (reference nvarchar(200), target nvarchar(128),
            asOf datetime2(6) '$.asOf') AS r
            ON l.integration_id = @Integration AND l.reference = r.reference COLLATE Latin1_General_100_BIN2
        WHERE l.as_of <= r.asOf;
        """);

    private static readonly SqlText NoteUse = new(
        """
        UPDATE integration_links SET used_at = @Now WHERE integration_id = @Integration AND reference IN (SELECT r.value
            FROM json_each(@References) AS r)
        """,
        """
        UPDATE integration_links SET used_at = @Now WHERE integration_id = @Integration
            AND reference IN (SELECT r.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@References) WITH (v nvarchar(200) '$') AS r)
        """);

    private static readonly SqlText SelectTimes = new(
        """
        SELECT l.reference AS Reference, l.as_of AS AsOf FROM json_each(@Rows) AS r
        JOIN integration_links AS l ON l.integration_id = @Integration AND l.reference = r.value ->> 'reference'
        """,
        """
        SELECT l.reference AS Reference, l.as_of AS AsOf FROM OPENJSON(@Rows) WITH (reference nvarchar(200)) AS r
        JOIN integration_links AS l ON l.integration_id = @Integration AND l.reference = r.reference COLLATE Latin1_General_100_BIN2
        """);

    private static readonly SqlText SelectLinks = new(
        """
        SELECT l.reference AS Reference, l.target AS Target, l.used_at AS UsedAt FROM json_each(@Rows) AS r
        JOIN integration_links AS l ON l.integration_id = @Integration AND l.reference = json_extract(r.value, '$.reference')
            WHERE l.target IS NOT NULL
        """,
        """
        SELECT l.reference AS Reference, l.target AS Target, l.used_at AS UsedAt FROM OPENJSON(@Rows)
            WITH (reference nvarchar(200) '$.reference') AS r
        JOIN integration_links AS l ON l.integration_id = @Integration AND l.reference = r.reference COLLATE Latin1_General_100_BIN2
            WHERE l.target IS NOT NULL
        """);

    // Where several accounts have the same external id, the one with the lowest id is taken, so that repeats find the same account.
    private static readonly SqlText SelectAccounts = new(
        """
        SELECT r.reference AS Reference, COALESCE(
            (SELECT MIN(x.account_id) FROM account_external_ids AS x WHERE x.system = @System AND x.external_id = r.reference),
            (SELECT a.id FROM accounts AS a WHERE a.id = r.reference)) AS Target
        FROM (SELECT json_extract(value, '$.reference') AS reference FROM json_each(@Rows)) AS r
        """,
        """
        SELECT r.reference AS Reference, COALESCE(
            (SELECT MIN(x.account_id) FROM account_external_ids AS x WHERE x.system = @System
                AND x.external_id = r.reference COLLATE Latin1_General_100_BIN2),
            (SELECT a.id FROM accounts AS a WHERE a.id = r.reference COLLATE Latin1_General_100_BIN2)) AS Target
        FROM OPENJSON(@Rows) WITH (reference nvarchar(200) '$.reference') AS r
        """);

    /// <summary>Resolves the names. The result has an entry for each of them.</summary>
    public Task<IReadOnlyDictionary<string, KnownCustomer>> ResolveAsync(
        Integration integration, IEnumerable<string> names, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(integration);
        var ends = names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => name, StringComparer.Ordinal);
        if (ends.Count == 0) return Task.FromResult<IReadOnlyDictionary<string, KnownCustomer>>(new Dictionary<string, KnownCustomer>());
        return ResolveAsync(integration, ends, cancellation);
    }

    /// <summary>Stores the links that are newer than the stored ones. Storing the same link again changes nothing.</summary>
    public async Task LinkAsync(Integration integration, IReadOnlyList<CustomerLink> links, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(integration);
        if (links.Count == 0) return;
        var newest = links.GroupBy(link => link.From, StringComparer.Ordinal).Select(same => same.MaxBy(link => link.AsOf)!);
        await database.WriteAsync(
            transaction => UpsertAsync(transaction, integration, [.. newest.Select(link => new LinkRow(link.From, link.To, link.AsOf))]),
            cancellation);
    }

    /// <summary>Records the time of a customer's facts, field by field.</summary>
    /// <returns>The fields for which no fact with a later time was recorded before.</returns>
    public Task<IReadOnlySet<string>> RecordFactsAsync(
        Integration integration, string customer, AccountFacts facts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var asOf = Instant.Truncate(facts.AsOf);
        var rows = facts.Values.Keys.ToDictionary(
            field => field, field => new LinkRow(FactReference(field, customer), null, asOf), StringComparer.Ordinal);
        return database.WriteAsync<IReadOnlySet<string>>(
            async transaction =>
            {
                await UpsertAsync(transaction, integration, [.. rows.Values]);
                var connection = transaction.Connection!;
                var parameters = new { Integration = integration.Id, Rows = JsonRows.Of(connection, rows.Values) };
                var recorded = await connection.QueryAsync<TimeRow>(SelectTimes.For(connection), parameters, transaction);
                var times = recorded.ToDictionary(row => row.Reference, row => row.AsOf, StringComparer.Ordinal);
                return rows.Where(pair => times[pair.Value.Reference] <= asOf).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
            },
            cancellation);
    }

    /// <summary>The reference under which the time of a field of a customer is recorded.</summary>
    internal static string FactReference(string field, string customer) => $"fact:{field}:{customer}";

    private static async Task<bool> UpsertAsync(DbTransaction transaction, Integration integration, IReadOnlyList<LinkRow> rows)
    {
        var connection = transaction.Connection!;
        var parameters = new { Integration = integration.Id, Rows = JsonRows.Of(connection, rows) };
        await connection.ExecuteAsync(UpsertLinks.For(connection), parameters, transaction);
        return true;
    }

    private async Task<IReadOnlyDictionary<string, KnownCustomer>> ResolveAsync(
        Integration integration, Dictionary<string, string> ends, CancellationToken cancellation)
    {
        var (now, used) = (time.GetUtcNow(), new HashSet<string>(StringComparer.Ordinal));
        var known =
            await database.ReadAsync(connection => ResolveAsync(connection, integration, ends, row => Use(row, now, used)), cancellation);
        if (used.Count > 0) await database.WriteAsync(transaction => NoteUseAsync(transaction, integration, used, now), cancellation);
        return known;
    }

    private static void Use(PairRow link, DateTimeOffset now, HashSet<string> used)
    {
        if (link.UsedAt < now - NoteUseEvery) used.Add(link.Reference);
    }

    private static Task<int> NoteUseAsync(
        DbTransaction transaction, Integration integration, IEnumerable<string> references, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var parameters = new { Integration = integration.Id, References = JsonRows.Of(connection, references), Now = now };
        return connection.ExecuteAsync(NoteUse.For(connection), parameters, transaction);
    }

    private static async Task<IReadOnlyDictionary<string, KnownCustomer>> ResolveAsync(
        DbConnection connection, Integration integration, Dictionary<string, string> ends, Action<PairRow> use)
    {
        for (var hop = 0; hop < MostHops; hop++)
        {
            var found = await PairsAsync(connection, SelectLinks, integration, ends.Values);
            if (found.Count == 0) break;
            foreach (var link in found) use(link);
            var links = ToPairs(found);
            foreach (var (name, end) in ends.ToList())
                if (links.TryGetValue(end, out var next) && next is not null) ends[name] = next;
        }

        var accounts = ToPairs(await PairsAsync(connection, SelectAccounts, integration, ends.Values));
        return ends.ToDictionary(
            pair => pair.Key, pair => new KnownCustomer(pair.Value, accounts.GetValueOrDefault(pair.Value)), StringComparer.Ordinal);
    }

    private static Dictionary<string, string?> ToPairs(IEnumerable<PairRow> rows) =>
        rows.ToDictionary(row => row.Reference, row => row.Target, StringComparer.Ordinal);

    private static async Task<List<PairRow>> PairsAsync(
        DbConnection connection, SqlText sql, Integration integration, IEnumerable<string> names)
    {
        var rows = JsonRows.Of(connection, names.Distinct(StringComparer.Ordinal).Select(name => new { reference = name }));
        var parameters = new { Rows = rows, Integration = integration.Id, System = integration.Settings.AccountMapping.ExternalId };
        return (await connection.QueryAsync<PairRow>(sql.For(connection), parameters)).AsList();
    }

    private sealed record LinkRow(string Reference, string? Target, DateTimeOffset AsOf);

    private sealed record TimeRow
    {
        public string Reference { get; init; } = "";

        public DateTimeOffset AsOf { get; init; }
    }

    private sealed record PairRow
    {
        public string Reference { get; init; } = "";

        public string? Target { get; init; }

        public DateTimeOffset? UsedAt { get; init; }
    }
}
