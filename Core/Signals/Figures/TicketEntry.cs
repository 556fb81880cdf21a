using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// One ticket event, ordered by (instant, type, content). The types are ordered as in the life of a ticket, so at one instant a resolution
/// comes after an escalation.
/// </summary>
internal readonly record struct TicketEntry : ITimed<TicketEntry>
{
    private const int TypeShift = 8;
    private const int PriorityShift = 5;
    private const int SentimentShift = 3;
    private const int FirstContactShift = 1;

    private readonly ushort _content;

    private TicketEntry(long instant, ushort content)
    {
        Instant = instant;
        _content = content;
    }

    public TicketEntry(long instant, EventType type, TicketData data)
    {
        var executive = type == EventType.TicketEscalated && data.Level == EscalationLevel.Executive ? 1 : 0;
        var firstContact = data.FirstContactResolution switch { null => 0, false => 1, true => 2 };
        Instant = instant;
        _content = (ushort)(((type - EventType.TicketOpened) << TypeShift) | ((int)(data.Priority ?? 0) << PriorityShift)
            | ((int)(data.Sentiment ?? 0) << SentimentShift) | (firstContact << FirstContactShift) | executive);
    }

    public long Instant { get; }

    public EventType Type => (EventType)((int)EventType.TicketOpened + (_content >> TypeShift));

    public TicketPriority? Priority => ((_content >> PriorityShift) & 7) is var priority and not 0 ? (TicketPriority)priority : null;

    public Sentiment? Sentiment => ((_content >> SentimentShift) & 3) is var sentiment and not 0 ? (Sentiment)sentiment : null;

    public bool? FirstContactResolution => ((_content >> FirstContactShift) & 3) switch { 0 => null, 1 => false, _ => true };

    public bool Executive => (_content & 1) != 0;

    public bool Settles => Type is EventType.TicketResolved or EventType.TicketClosed;

    public int CompareTo(TicketEntry other) =>
        Instant != other.Instant ? Instant.CompareTo(other.Instant) : _content.CompareTo(other._content);

    public void WriteContent(ref FigureWriter writer) => writer.Number(_content);

    public static TicketEntry ReadContent(long instant, ref FigureReader reader) => new(instant, (ushort)reader.Number());
}
