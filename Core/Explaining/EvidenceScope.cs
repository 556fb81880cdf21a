using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.History;
using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Explaining;

/// <summary>
/// The context in which <see cref="EvidenceRule"/> decides about an event: the account, the state of its tickets at the instant, and the
/// newest answer of each survey response.
/// </summary>
public sealed class EvidenceScope
{
    private readonly HashSet<string> _coreFeatures, _urgent = [], _resolved = [], _firstContact = [], _escalated = [], _touched = [];
    private readonly Dictionary<string, EventPlace> _openings = [];
    private readonly Dictionary<(EventType Survey, string Source, string Response), AnswerPlace> _newest = [];
    private readonly AccountFigures _figures;
    private readonly HashSet<string> _openedBefore = [];
    private readonly long _asOf;

    /// <param name="baseline">The baseline, which contains the state of tickets whose events were pruned; null if there is none.</param>
    public EvidenceScope(Account account, AccountBaseline? baseline, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(account);
        (_coreFeatures, _asOf) = ([.. account.CoreFeatures], Instants.Of(asOf));
        _figures = baseline.UsableAt(asOf)?.Open() ?? new AccountFigures();
        EachTicket((string id, in Ticket ticket) =>
        {
            if (ticket.Opened != Instants.None) _openedBefore.Add(id);
        });
    }

    /// <summary>
    /// Takes a ticket event or an answer of the account that counts at the instant. The order does not matter. Not needed if the rule needs
    /// neither.
    /// </summary>
    public void Take(HealthEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        Replace(happened);
        if (happened.Data is not TicketData) return;
        _figures.Apply(happened);
        if (happened.Type == EventType.TicketOpened && Instants.Of(happened.OccurredAt) > _asOf - Horizons.Tickets) Open(happened);
    }

    /// <summary>Computes the state of the tickets. Call it after all events were taken.</summary>
    public EvidenceScope Complete()
    {
        EachTicket(Add);
        return this;
    }

    internal bool IsCore(string? feature) => feature is not null && _coreFeatures.Contains(feature);

    /// <summary>Whether this event is the opening of its ticket that counts: the earliest.</summary>
    internal bool Opens(HealthEvent opening) =>
        opening.Data is TicketData ticket && _openings.TryGetValue(ticket.TicketId, out var earliest)
            && (earliest.Source, earliest.Id) == (opening.Source, opening.Id);

    internal bool IsUrgent(TicketData ticket) => _urgent.Contains(ticket.TicketId);

    internal bool IsResolvedIn90(TicketData ticket) => _resolved.Contains(ticket.TicketId);

    internal bool IsFirstContactKnownOf(TicketData ticket) =>
        _resolved.Contains(ticket.TicketId) && _firstContact.Contains(ticket.TicketId);

    /// <summary>
    /// Whether the ticket determines <c>supportSentiment</c>: the escalated tickets do if there are any, else all tickets touched in the
    /// last 30 days.
    /// </summary>
    internal bool DecidesSentiment(TicketData ticket) => (_escalated.Count > 0 ? _escalated : _touched).Contains(ticket.TicketId);

    /// <summary>Whether this is the newest answer with its response id, as in the figures (docs/decisions/0012-integrations.md).</summary>
    internal bool IsNewestAnswer(HealthEvent answer) =>
        ResponseOf(answer) is not { } response || !_newest.TryGetValue(response, out var newest) || newest.Id == answer.Id;

    private void Open(HealthEvent opening)
    {
        var (ticket, place) = (((TicketData)opening.Data).TicketId, new EventPlace(opening.OccurredAt, opening.Source, opening.Id));
        if (_openedBefore.Contains(ticket)) return;
        if (!_openings.TryGetValue(ticket, out var known) || place.CompareTo(known) < 0) _openings[ticket] = place;
    }

    /// <summary>
    /// Keeps the newest answer with a response id; of two at one instant the one with the higher score, as in
    /// <see cref="ResponseFigures"/>.
    /// </summary>
    private void Replace(HealthEvent answer)
    {
        if (ResponseOf(answer) is not { } response) return;
        var place = new AnswerPlace(answer.OccurredAt, ((ResponseData)answer.Data).Score, answer.Id);
        if (!_newest.TryGetValue(response, out var known) || known.CompareTo(place) < 0) _newest[response] = place;
    }

    private static (EventType, string, string)? ResponseOf(HealthEvent happened) =>
        happened.Data is ResponseData { ResponseId: { } response } ? (happened.Type, happened.Source, response) : null;

    private void EachTicket(TicketAction action)
    {
        var tickets = _figures.Tickets.Tickets;
        for (var index = 0; index < tickets.Count; index++)
            action(tickets.Names[index], new Ticket(tickets.Values[index].After(_asOf - Horizons.Tickets)));
    }

    private void Add(string id, in Ticket ticket)
    {
        if (ticket.Urgent) _urgent.Add(id);
        if (ticket.FirstContactResolution is not null) _firstContact.Add(id);
        if (ticket.Escalated) _escalated.Add(id);
        if (ticket.Sentiment is not null && Windows.Holds(Windows.Days30, ticket.Newest, _asOf)) _touched.Add(id);
        if (Windows.Holds(Windows.Days90, ticket.Resolved, _asOf)) _resolved.Add(id);
    }

    private delegate void TicketAction(string id, in Ticket ticket);

    private readonly record struct EventPlace(DateTimeOffset At, string Source, string Id)
    {
        public int CompareTo(EventPlace other) => (At, Source, Id).CompareTo((other.At, other.Source, other.Id));
    }

    private readonly record struct AnswerPlace(DateTimeOffset At, double Score, string Id)
    {
        public int CompareTo(AnswerPlace other) => (At, Score, Id).CompareTo((other.At, other.Score, other.Id));
    }
}
