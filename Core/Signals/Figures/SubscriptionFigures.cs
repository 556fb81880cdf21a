using HealthApi.Core.Events;

namespace HealthApi.Core.Signals.Figures;

/// <summary>The subscriptions of an account, by name (domain.md §2a).</summary>
/// <remarks>
/// Two entries are for subscriptions without a known name, and named subscriptions replace them: the events that integrations sent before
/// they named any subscription, and the terms that baselines of format 1 hold for all subscriptions together
/// (docs/decisions/0027-subscriptions.md). Senders cannot use the names of these entries.
/// </remarks>
internal sealed class SubscriptionFigures
{
    /// <summary>The name of the subscription without an id.</summary>
    public const string Unnamed = "";

    private const string IntegrationsUnnamed = "\u0001", Former = "\u0002";

    private readonly SortedNames<Subscription> _byName = new();

    public void Apply(string source, EventType type, BillingData data, long instant)
    {
        var integrated = EventSources.IsIntegration(source);
        var name = data.SubscriptionId is { Length: > 0 } named ? named : integrated ? IntegrationsUnnamed : Unnamed;
        _byName.GetOrAdd(name, new Subscription())
            .Add(new SubscriptionEntry(instant, type, data), integrated && name != IntegrationsUnnamed);
    }

    public void Forget(long asOf)
    {
        foreach (var subscription in _byName.Values) subscription.Forget(asOf);
    }

    /// <summary>The subscriptions that are known, with their states, ordered by name.</summary>
    /// <param name="statedBy">Events after this instant are ignored.</param>
    public List<(string Name, SubscriptionState State)> At(long asOf, long statedBy)
    {
        var states = new List<(string, SubscriptionState)>(_byName.Count);
        for (var index = 0; index < _byName.Count; index++)
        {
            var (name, subscription) = (_byName.Names[index], _byName.Values[index]);
            if (!IsReplaced(name, subscription, statedBy) && subscription.At(asOf, statedBy) is { } state) states.Add((name, state));
        }

        return states;
    }

    /// <summary>The id that the sender gave; null for the entries without one.</summary>
    public static string? Shown(string name) => name is Unnamed or IntegrationsUnnamed or Former ? null : name;

    public void Edges(ref NextEdge next)
    {
        foreach (var subscription in _byName.Values) subscription.Edges(ref next);
    }

    public void Write(ref FigureWriter writer) => _byName.Write(ref writer);

    public void Fill(ref FigureReader reader) => _byName.Fill(ref reader);

    /// <summary>Converts the terms of format 1.</summary>
    public void FillFormer(ReadOnlySpan<MrrPoint> mrr, Latest<long> licences, Latest<long> renewalDate, long renewed)
    {
        var former = new Subscription();
        foreach (var point in mrr) former.Add(SubscriptionEntry.Former(point.Instant, mrr: point.Mrr), integrated: false);
        if (licences.Known) former.Add(SubscriptionEntry.Former(licences.Instant, licences: licences.Value), integrated: false);
        if (renewalDate.Known) former.Add(SubscriptionEntry.Former(renewalDate.Instant, renewalDate: renewalDate.Value), integrated: false);
        if (renewed != Instants.None) former.Add(SubscriptionEntry.Former(renewed, renewed: true), integrated: false);
        if (former.Entries.Count > 0) _byName.GetOrAdd(Former, former);
    }

    private bool IsReplaced(string name, Subscription subscription, long statedBy) => name switch
    {
        IntegrationsUnnamed => Any(other => other.IntegratedSince != Instants.None && other.IntegratedSince <= statedBy),
        Former => Any(other => other != subscription && HasEntryWithin(other, subscription.Entries.Newest, statedBy)),
        _ => false,
    };

    private static bool HasEntryWithin(Subscription other, long after, long until) =>
        other.Entries.IndexAfter(until) > other.Entries.IndexAfter(after);

    private bool Any(Func<Subscription, bool> holds)
    {
        foreach (var subscription in _byName.Values)
            if (holds(subscription)) return true;
        return false;
    }
}
