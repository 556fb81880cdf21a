using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Explaining;

/// <summary>What a rule of evidence must know beside the event: the account, and how its tickets stood at the instant.</summary>
public sealed class EvidenceScope
{
    private readonly HashSet<string> _coreFeatures, _urgent = [], _resolved = [], _escalated = [], _touched = [];

    /// <param name="tickets">The account's ticket events that count at the instant; none where the rule does not need them.</param>
    public EvidenceScope(Account account, IEnumerable<HealthEvent> tickets, DateTimeOffset asOf)
    {
        _coreFeatures = [.. account.CoreFeatures];
        var figures = new AccountFigures();
        foreach (var happened in tickets) figures.Apply(happened);
        for (var index = 0; index < figures.Tickets.Tickets.Count; index++)
            Add(figures.Tickets.Tickets.Names[index], new Ticket(figures.Tickets.Tickets.Values[index].After(Instants.Of(asOf) - Horizons.Tickets)), Instants.Of(asOf));
    }

    internal bool IsCore(string? feature) => feature is not null && _coreFeatures.Contains(feature);

    internal bool IsUrgent(TicketData ticket) => _urgent.Contains(ticket.TicketId);

    internal bool IsResolvedIn90(TicketData ticket) => _resolved.Contains(ticket.TicketId);

    /// <summary>Whether the ticket decides the sentiment: an escalated one where there is any, else every one touched in 30 days.</summary>
    internal bool DecidesSentiment(TicketData ticket) => (_escalated.Count > 0 ? _escalated : _touched).Contains(ticket.TicketId);

    private void Add(string id, in Ticket ticket, long asOf)
    {
        if (ticket.Urgent) _urgent.Add(id);
        if (ticket.Escalated) _escalated.Add(id);
        if (ticket.Sentiment is not null && Windows.Holds(Windows.Days30, ticket.Newest, asOf)) _touched.Add(id);
        if (Windows.Holds(Windows.Days90, ticket.Resolved, asOf)) _resolved.Add(id);
    }
}
