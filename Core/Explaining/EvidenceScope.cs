using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Explaining;

/// <summary>What a rule of evidence must know beside the event: the account, how its tickets stood at the instant, and which answers stand for their responses.</summary>
public sealed class EvidenceScope
{
    private readonly HashSet<string> _coreFeatures, _urgent = [], _resolved = [], _firstContact = [], _escalated = [], _touched = [];
    private readonly Dictionary<string, HealthEvent> _openings = [];
    private readonly Dictionary<(EventType Survey, string Source, string Response), HealthEvent> _newest = [];

    /// <param name="whole">The account's tickets or answers that count at the instant; none where the rule does not need them.</param>
    public EvidenceScope(Account account, IReadOnlyCollection<HealthEvent> whole, DateTimeOffset asOf)
    {
        _coreFeatures = [.. account.CoreFeatures];
        var figures = new AccountFigures();
        foreach (var happened in whole.Where(happened => happened.Data is TicketData)) figures.Apply(happened);
        foreach (var happened in whole) Replace(happened);
        foreach (var happened in whole.Where(happened => happened.Type == EventType.TicketOpened && Instants.Of(happened.OccurredAt) > Instants.Of(asOf) - Horizons.Tickets)) Open(happened);
        for (var index = 0; index < figures.Tickets.Tickets.Count; index++)
            Add(figures.Tickets.Tickets.Names[index], new Ticket(figures.Tickets.Tickets.Values[index].After(Instants.Of(asOf) - Horizons.Tickets)), Instants.Of(asOf));
    }

    internal bool IsCore(string? feature) => feature is not null && _coreFeatures.Contains(feature);

    /// <summary>Whether this is the opening of its ticket that counts: the earliest, however often it was told.</summary>
    internal bool Opens(HealthEvent opening) =>
        opening.Data is TicketData ticket && _openings.TryGetValue(ticket.TicketId, out var earliest) && (earliest.Source, earliest.Id) == (opening.Source, opening.Id);

    internal bool IsUrgent(TicketData ticket) => _urgent.Contains(ticket.TicketId);

    internal bool IsResolvedIn90(TicketData ticket) => _resolved.Contains(ticket.TicketId);

    internal bool IsFirstContactKnownOf(TicketData ticket) => _resolved.Contains(ticket.TicketId) && _firstContact.Contains(ticket.TicketId);

    /// <summary>Whether the ticket decides the sentiment: an escalated one where there is any, else every one touched in 30 days.</summary>
    internal bool DecidesSentiment(TicketData ticket) => (_escalated.Count > 0 ? _escalated : _touched).Contains(ticket.TicketId);

    /// <summary>Whether no later answer states the same response anew: what the figures count (docs/decisions/0012-integrations.md).</summary>
    internal bool Stands(HealthEvent answer) =>
        ResponseOf(answer) is not { } response || !_newest.TryGetValue(response, out var newest) || newest.Id == answer.Id;

    private void Open(HealthEvent opening)
    {
        var ticket = ((TicketData)opening.Data).TicketId;
        if (!_openings.TryGetValue(ticket, out var known) || Place(opening).CompareTo(Place(known)) < 0) _openings[ticket] = opening;

        static (DateTimeOffset, string, string) Place(HealthEvent happened) => (happened.OccurredAt, happened.Source, happened.Id);
    }

    /// <summary>The newest statement of a response stays; of two at one instant the greater, as in <see cref="ResponseFigures"/>.</summary>
    private void Replace(HealthEvent answer)
    {
        if (ResponseOf(answer) is not { } response) return;
        if (!_newest.TryGetValue(response, out var known) || Order(known).CompareTo(Order(answer)) < 0) _newest[response] = answer;
    }

    private static (EventType, string, string)? ResponseOf(HealthEvent happened) =>
        happened.Data is ResponseData { ResponseId: { } response } ? (happened.Type, happened.Source, response) : null;

    private static (DateTimeOffset, double, string) Order(HealthEvent answer) => (answer.OccurredAt, ((ResponseData)answer.Data).Score, answer.Id);

    private void Add(string id, in Ticket ticket, long asOf)
    {
        if (ticket.Urgent) _urgent.Add(id);
        if (ticket.FirstContactResolution is not null) _firstContact.Add(id);
        if (ticket.Escalated) _escalated.Add(id);
        if (ticket.Sentiment is not null && Windows.Holds(Windows.Days30, ticket.Newest, asOf)) _touched.Add(id);
        if (Windows.Holds(Windows.Days90, ticket.Resolved, asOf)) _resolved.Add(id);
    }
}
