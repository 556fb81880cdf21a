namespace HealthApi.Core.Signals.Figures;

/// <summary>
/// What events said of one subscription. Of what lies outside <c>mrrChange90</c>'s window only the newest to state a fact is kept, and the
/// first that said it runs: with these its state at any instant of the window and later is what all of its events give.
/// </summary>
internal sealed class Subscription : IFigure<Subscription>
{
    public Timeline<SubscriptionEntry> Entries { get; private init; } = new();

    /// <summary>The first entry of an integration; none where no integration speaks of it.</summary>
    public long IntegratedSince { get; private set; } = Instants.None;

    public void Add(SubscriptionEntry entry, bool integrated)
    {
        if (integrated) IntegratedSince = IntegratedSince == Instants.None ? entry.Instant : Math.Min(IntegratedSince, entry.Instant);
        if (Entries.Search(entry) is var index && index < 0) Entries.Insert(~index, entry);
    }

    public void Forget(long asOf)
    {
        var said = SubscriptionFacts.None;
        var first = FirstRunning();
        for (var index = Entries.IndexAfter(asOf - Windows.Days90) - 1; index >= 0; index--)
        {
            var facts = Entries.Items[index].Facts;
            if ((facts & ~said) == 0 && index != first) Entries.RemoveRange(index, 1);
            said |= facts;
        }
    }

    /// <summary>How the subscription stands at an instant by what was said up to another; null where nothing was.</summary>
    public SubscriptionState? At(long asOf, long saidBy) => Entries.IndexAfter(saidBy) is var count and > 0
        ? new SubscriptionState(Entries.Items[..count], asOf)
        : null;

    /// <summary>Every instant at which time alone could change the state or that of 90 days before; some are early.</summary>
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
