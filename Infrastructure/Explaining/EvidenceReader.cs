using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Explaining;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>A page of the events behind a signal.</summary>
/// <param name="Next">The position after which the next page begins; null on the last page.</param>
public sealed record EvidencePage(AccountStanding Standing, IReadOnlyList<StoredEvent> Events, EventPosition? Next);

/// <summary>Reads the events behind a signal's value at an instant, newest first, by reading the account's log backwards.</summary>
public sealed class EvidenceReader(IDatabase database, ReplayGate gate, StandingReader standings)
{
    private const int ChunkSize = 500;

    private static readonly EventType[] TicketTypes = [.. Enum.GetValues<EventType>().Where(type => type.Family() == EventFamily.Ticket)];

    /// <summary>Reads a page; null where there is no such account.</summary>
    /// <param name="at">The instant; null for now.</param>
    /// <exception cref="ReplayBusyException">Too many large logs are being read.</exception>
    public async Task<EvidencePage?> ReadAsync(
        string accountId, Signal signal, DateTimeOffset? at, EventPosition? after, int limit, CancellationToken cancellation)
    {
        if (await standings.StandAsync(accountId, at, cancellation) is not { Now: var standing }) return null;
        var rule = SignalEvidence.RuleFor(signal);
        var newest = standing.Signals.EvidenceAt(signal);

        // A signal that is missing, or that is derived from the profile alone, has no evidence.
        if (rule is null || newest is null) return new EvidencePage(standing, [], null);
        var search = new Search(accountId, rule, standing.AsOf, newest, limit + 1);
        using var turn = gate.Begin(patient: false);
        var found = await FindAsync(search, standing, after, turn, cancellation);
        return new EvidencePage(
            standing, found.Count > limit ? found[..limit] : found, found.Count > limit ? found[limit - 1].Position : null);
    }

    private async Task<List<StoredEvent>> FindAsync(
        Search search, AccountStanding standing, EventPosition? after, ReplayGate.Turn turn, CancellationToken cancellation)
    {
        var scope = await ScopeAsync(search, standing, turn, cancellation);
        var (found, position) = (new List<StoredEvent>(), after ?? Start(search));
        while (found.Count < search.Wanted)
        {
            var chunk = await ChunkAsync(search.AccountId, search.Rule.Types, search.Since, position, turn, cancellation);
            found.AddRange(chunk.Where(stored => stored.Logged.CountsAt(search.AsOf) && search.Rule.Holds(stored.Logged.Event, scope)));
            if (chunk.Count < ChunkSize) break;
            position = chunk[^1].Position;
        }

        return found.Count > search.Wanted ? found[..search.Wanted] : found;
    }

    /// <summary>
    /// Collects the events that the rule must see together: all tickets, or all answers in the window. An answer that replaces another is
    /// newer than it, so it is in the window too.
    /// </summary>
    private async Task<EvidenceScope> ScopeAsync(
        Search search, AccountStanding standing, ReplayGate.Turn turn, CancellationToken cancellation)
    {
        var rule = search.Rule;
        var baseline = rule.NeedsTickets
            ? await database.ReadAsync(connection => AccountBaselines.FindAsync(connection, null, search.AccountId), cancellation)
            : null;
        var scope = new EvidenceScope(standing.Account, baseline?.Baseline, search.AsOf);
        var (types, since) = rule.NeedsTickets ? (TicketTypes, DateTimeOffset.UnixEpoch) : (rule.Types, search.Since);
        for (var position = rule.NeedsTickets || rule.NeedsAnswers ? Latest(search) : null; position is not null;)
        {
            var chunk = await ChunkAsync(search.AccountId, types, since, position, turn, cancellation);
            foreach (var stored in chunk.Where(stored => stored.Logged.CountsAt(search.AsOf))) scope.Take(stored.Logged.Event);
            position = chunk.Count == ChunkSize ? chunk[^1].Position : null;
        }

        return scope.Complete();
    }

    private async Task<IReadOnlyList<StoredEvent>> ChunkAsync(
        string accountId, IReadOnlyList<EventType> types, DateTimeOffset since, EventPosition before, ReplayGate.Turn turn,
        CancellationToken cancellation)
    {
        var chunk = await database.ReadAsync(
            connection => LoggedEvents.ReadBackAsync(connection, accountId, types, since, before, ChunkSize), cancellation);
        await turn.CountAsync(chunk.Count, cancellation);
        return chunk;
    }

    private static EventPosition Latest(Search search) => new(search.AsOf + LoggedEvents.Ahead, "", "");

    /// <summary>The position right after the newest event that may count.</summary>
    private static EventPosition Start(Search search)
    {
        var newest = search.Rule.Days is null && search.Newest is { } evidence ? evidence : search.AsOf + LoggedEvents.Ahead;
        return new EventPosition(newest.AddMicroseconds(1), "", "");
    }

    private sealed record Search(string AccountId, EvidenceRule Rule, DateTimeOffset AsOf, DateTimeOffset? Newest, int Wanted)
    {
        /// <summary>The start of the window (exclusive); without a window, right before the newest evidence.</summary>
        public DateTimeOffset Since => Rule.Days is { } days ? AsOf.AddDays(-days) : Newest!.Value.AddMicroseconds(-1);
    }
}
