using System.Data.Common;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// Finds the events of a processing transaction that must be dropped because their account was erased after they were accepted.
/// </summary>
internal sealed class ErasureFilter(IReadOnlyDictionary<string, Tombstone> tombstones, HashSet<LaneMessageId> met)
{
    private static readonly SqlText CountDropped = new(
        """
        UPDATE erasures SET dropped = dropped + r.events
        FROM (SELECT value ->> 'accountId' AS account_id, value ->> 'events' AS events FROM json_each(@Rows)) AS r
            WHERE erasures.account_id = r.account_id
        """,
        """
        UPDATE erasures SET dropped = erasures.dropped + r.events
        FROM erasures, OPENJSON(@Rows) WITH (accountId nvarchar(128) '$.accountId', events bigint) AS r
        WHERE erasures.account_id = r.accountId COLLATE Latin1_General_100_BIN2
        """);

    /// <summary>Creates the filter for a transaction.</summary>
    /// <param name="fresh">Messages that this transaction has just recorded. A marker among them counts as met only for the shares after
    /// it.</param>
    public static async Task<ErasureFilter> CreateAsync(
        DbTransaction transaction, IReadOnlyDictionary<string, Tombstone> tombstones, IReadOnlySet<LaneMessageId> fresh)
    {
        var markers = tombstones.Values.SelectMany(tombstone => tombstone.Markers).Select(marker => marker.Id).ToList();
        var met = await LaneInbox.FindAsync(transaction.Connection!, transaction, markers);
        return new ErasureFilter(tombstones, [.. met.Where(id => !fresh.Contains(id))]);
    }

    /// <summary>The events of the shares, in their order, and for each whether it is dropped.</summary>
    /// <param name="known">Whether an account with the id exists.</param>
    public IReadOnlyList<(EventEnvelope Event, bool IsDropped)> Apply(IReadOnlyList<IncomingEvents> shares, Func<string, bool> known)
    {
        var filtered = new List<(EventEnvelope, bool)>(shares.Sum(share => share.Events.Count));
        foreach (var share in shares)
        {
            if (share is { Events.Count: 0, Message.Id: { } marker }) met.Add(marker);
            foreach (var envelope in share.Events) filtered.Add((envelope, IsDropped(envelope, share.Message, known)));
        }

        return filtered;
    }

    /// <summary>Adds the dropped events to the counts of their erasures.</summary>
    public static async Task CountAsync(DbTransaction transaction, IEnumerable<EventEnvelope> dropped)
    {
        var rows = dropped.CountBy(envelope => envelope.AccountId).OrderBy(account => account.Key, StringComparer.Ordinal)
            .Select(account => new { AccountId = account.Key, Events = account.Value }).ToList();
        if (rows.Count == 0) return;
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(CountDropped.For(connection), new { Rows = JsonRows.Of(connection, rows) }, transaction);
    }

    private bool IsDropped(EventEnvelope envelope, LaneMessage? message, Func<string, bool> known) =>
        tombstones.TryGetValue(envelope.AccountId, out var tombstone)
        && tombstone.Drops(envelope, message, known(envelope.AccountId), marker => met.Contains(marker.Id));
}
