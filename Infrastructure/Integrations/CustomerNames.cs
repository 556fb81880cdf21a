using System.Data.Common;
using Dapper;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// Names of a customer at an integration whose data is deleted together: at most <see cref="CustomerNames.NamesPerChunk"/>.
/// </summary>
public sealed record KnownNames(string IntegrationId, IReadOnlyList<string> Names);

/// <summary>
/// Finds the names that integrations have for an account: its id, the external ids that only this account has, and every name from which
/// links lead to one of those. An erasure deletes what is stored under them: payloads, links, and the times of facts.
/// </summary>
public sealed class CustomerNames(IDatabase database)
{
    /// <summary>The maximum number of payloads that a chunk deletes.</summary>
    internal const int ChunkSize = 500;

    internal const int NamesPerChunk = 25;

    private const int MostHops = 4;

    private const string SelectRoots = """
        SELECT i.id AS IntegrationId, @Id AS Name FROM integrations AS i
        UNION
        SELECT i.id, x.external_id FROM account_external_ids AS x JOIN integrations AS i ON i.system = x.system
        WHERE x.account_id = @Id AND NOT EXISTS (
            SELECT 1 FROM account_external_ids AS o WHERE o.system = x.system AND o.external_id = x.external_id AND o.account_id <> @Id)
        """;

    private static readonly SqlText SelectSources = new(
        "SELECT reference FROM integration_links WHERE integration_id = @IntegrationId AND target IN (SELECT value FROM json_each(@Names))",
        """
        SELECT reference FROM integration_links
        WHERE integration_id = @IntegrationId AND target IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Names)
            WITH (v nvarchar(128) '$') AS j)
        """);

    private static readonly SqlText DeletePayloads = new(
        """
        DELETE FROM integration_payloads WHERE id IN (
            SELECT p.id FROM integration_payloads AS p WHERE p.reference IN (SELECT value FROM json_each(@Names))
                AND p.integration_id = @IntegrationId LIMIT @Limit)
        """,
        """
        DELETE FROM integration_payloads WHERE id IN (
            SELECT TOP (@Limit) p.id FROM integration_payloads AS p
            WHERE p.reference IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Names) WITH (v nvarchar(128) '$') AS j)
                AND p.integration_id = @IntegrationId)
        """);

    private static readonly SqlText DeleteLinks = new(
        "DELETE FROM integration_links WHERE integration_id = @IntegrationId AND reference IN (SELECT value FROM json_each(@References))",
        """
        DELETE FROM integration_links
        WHERE integration_id = @IntegrationId AND reference IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@References)
            WITH (v nvarchar(200) '$') AS j)
        """);

    /// <summary>
    /// The names, those with the longest chain of links to the account first. If the process dies, the next one still finds the remaining
    /// names by their links.
    /// </summary>
    internal async Task<IReadOnlyList<KnownNames>> OfAsync(string accountId, CancellationToken cancellation)
    {
        var roots =
            await database.ReadAsync(connection => connection.QueryAsync<NameRow>(SelectRoots, new { Id = accountId }), cancellation);
        var all = new List<KnownNames>();
        foreach (var integration in roots.GroupBy(row => row.IntegrationId, StringComparer.Ordinal))
        {
            all.AddRange(
                (await OfAsync(integration.Key, [.. integration.Select(row => row.Name)], cancellation)).Reverse().Chunk(NamesPerChunk)
                .Select(names => new KnownNames(integration.Key, names)));
        }

        return all;
    }

    /// <summary>Deletes one chunk of payloads under the names and, after the last chunk, their links.</summary>
    /// <returns>The number of payloads in the chunk.</returns>
    internal static async Task<int> ForgetAsync(DbTransaction transaction, KnownNames known)
    {
        var connection = transaction.Connection!;
        var names = new { known.IntegrationId, Names = JsonRows.Of(connection, known.Names), Limit = ChunkSize };
        if (await connection.ExecuteAsync(DeletePayloads.For(connection), names, transaction) is var payloads && payloads == ChunkSize)
            return payloads;
        var references = known.Names.Concat(
            known.Names.SelectMany(name => AccountFacts.FieldNames.Select(field => CustomerDirectory.FactReference(field, name))));
        await connection.ExecuteAsync(
            DeleteLinks.For(connection), new { known.IntegrationId, References = JsonRows.Of(connection, references) }, transaction);
        return payloads;
    }

    private async Task<IEnumerable<string>> OfAsync(string integrationId, IReadOnlyList<string> roots, CancellationToken cancellation)
    {
        var (ordered, seen) = (new List<string>(roots), roots.ToHashSet(StringComparer.Ordinal));
        var frontier = roots;
        for (var hop = 0; hop < MostHops && frontier.Count > 0; hop++)
        {
            var next = new List<string>();
            foreach (var names in frontier.Chunk(ChunkSize))
            {
                next.AddRange((await database.ReadAsync(
                    connection => connection.QueryAsync<string>(
                        SelectSources.For(connection), new { IntegrationId = integrationId, Names = JsonRows.Of(connection, names) }),
                    cancellation)).Where(seen.Add));
            }

            ordered.AddRange(next);
            frontier = next;
        }

        return ordered;
    }

    private sealed record NameRow
    {
        public string IntegrationId { get; init; } = "";

        public string Name { get; init; } = "";
    }
}
