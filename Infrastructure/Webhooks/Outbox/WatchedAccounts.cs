using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Webhooks.Outbox;

/// <summary>
/// The accounts that a subscription's filter names, as hashes of four bytes each: thousands of subscriptions may name a thousand accounts
/// each. Of the ids with a hash in common the store tells which one is named.
/// </summary>
internal sealed class WatchedAccounts
{
    private static readonly SqlText SelectNamed = new(
        """
        SELECT p.value ->> 'subscription' AS Subscription, p.value ->> 'account' AS Account
        FROM json_each(@Pairs) AS p JOIN webhook_subscriptions AS s ON s.id = p.value ->> 'subscription'
        WHERE EXISTS (SELECT 1 FROM json_each(s.filter, '$.accounts') AS j WHERE j.value = p.value ->> 'account')
        """,
        """
        SELECT p.subscription AS Subscription, p.account AS Account
        FROM OPENJSON(@Pairs) WITH (subscription nvarchar(128), account nvarchar(128)) AS p
        JOIN webhook_subscriptions AS s ON s.id = p.subscription COLLATE Latin1_General_100_BIN2
        WHERE EXISTS (SELECT 1 FROM OPENJSON(s.filter, '$.accounts') AS j
            WHERE j.value COLLATE Latin1_General_100_BIN2 = p.account COLLATE Latin1_General_100_BIN2)
        """);

    private readonly int[] _hashes;

    public WatchedAccounts(IEnumerable<string> accountIds) => _hashes = [.. accountIds.Select(Hash).Distinct().Order()];

    /// <summary>False: the account is not named. True: it is named, or another one with the same hash.</summary>
    public bool MayName(string accountId) => Array.BinarySearch(_hashes, Hash(accountId)) >= 0;

    /// <summary>Those of the pairs of a subscription and an account in which the subscription's filter names the account.</summary>
    public static async Task<IReadOnlySet<(string Subscription, string Account)>> NamedAsync(
        DbTransaction transaction, IReadOnlyCollection<(string Subscription, string Account)> pairs, CancellationToken cancellation)
    {
        if (pairs.Count == 0) return new HashSet<(string, string)>();
        var connection = transaction.Connection!;
        var json = JsonSerializer.Serialize(pairs.Select(pair => new { subscription = pair.Subscription, account = pair.Account }));
        var command = new CommandDefinition(
            SelectNamed.For(connection), new { Pairs = json }, transaction, cancellationToken: cancellation);
        return (await connection.QueryAsync<(string, string)>(command)).ToHashSet();
    }

    private static int Hash(string accountId) => string.GetHashCode(accountId, StringComparison.Ordinal);
}
