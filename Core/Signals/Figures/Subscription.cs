namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// The events of one subscription. Outside of the window of <c>mrrChange90</c> only the newest entry that states each fact is stored, and
/// the first one that says that the subscription runs. These give the same state, at any instant of the window or later, as all events
/// would.
/// </summary>
internal sealed class Subscription : IFigure<Subscription>
{
    public Timeline<SubscriptionEntry> Entries { get; private init; } = new();

    /// <summary>The instant of the first event from an integration; none if no integration has sent one.</summary>
    public long IntegratedSince { get; private set; } = Instants.None;

    public void Add(SubscriptionEntry entry, bool integrated)
    {
        if (integrated) IntegratedSince = IntegratedSince == Instants.None ? entry.Instant : Math.Min(IntegratedSince, entry.Instant);
        if (Entries.Search(entry) is var index && index < 0) Entries.Insert(~index, entry);
    }

    public void Forget(long asOf)
    {
        var stated = SubscriptionFacts.None;
        var first = FirstRunning();
        for (var index = Entries.IndexAfter(asOf - Windows.Days90) - 1; index >= 0; index--)
        {
            var facts = Entries.Items[index].Facts;
            if ((facts & ~stated) == 0 && index != first) Entries.RemoveRange(index, 1);
            stated |= facts;
        }
    }

    /// <summary>The state at <paramref name="asOf"/> from the events up to <paramref name="statedBy"/>; null if there are none.</summary>
    public SubscriptionState? At(long asOf, long statedBy) => Entries.IndexAfter(statedBy) is var count and > 0
        ? new SubscriptionState(Entries.Items[..count], asOf)
        : null;

    /// <summary>
    /// Reports every instant at which time alone could change the present state or the state of 90 days before. Some may be earlier than
    /// necessary.
    /// </summary>
    public void Edges(ref NextEdge next)
    {
        next.Leaves(Entries, Windows.Days90);
        foreach (ref readonly var entry in Entries.Items)
        {
            Edges(ref next, entry.EndsAt);
            Edges(ref next, entry.PeriodEnd);
            Edges(ref next, entry.RenewalDate);
        }
    }

    public void Write(ref FigureWriter writer)
    {
        writer.OptionalInstant(IntegratedSince);
        Entries.Write(ref writer);
    }

    public static Subscription Read(ref FigureReader reader)
    {
        var since = reader.OptionalInstant();
        return new Subscription { IntegratedSince = since, Entries = Timeline<SubscriptionEntry>.Read(ref reader) };
    }

    private static void Edges(ref NextEdge next, long end)
    {
        if (end == Instants.None) return;
        next.At(end);
        next.At(end + Windows.Days90);
        next.DaysTo(Signal.CancellationScheduled, end);
    }

    private int FirstRunning()
    {
        for (var index = 0; index < Entries.Count; index++)
            if (Entries.Items[index].Facts.HasFlag(SubscriptionFacts.Running)) return index;
        return -1;
    }
}
