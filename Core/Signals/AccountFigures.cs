using HealthApi.Core.Events;
using HealthApi.Core.Signals.Figures;
using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals;

/// <summary>
/// The figures of one account: a compact summary of its events from which every signal can be derived. The same set of distinct events
/// gives equal figures and equal bytes, in any order and in any batches. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// docs/decisions/0002-figures.md says what each family stores, for how long, and why forgetting does not make the result depend on the
/// order. The instants passed to <see cref="Encode"/> must not decrease: data that was forgotten for a later instant is missing for an
/// earlier one.
/// </remarks>
public sealed class AccountFigures
{
    /// <summary>
    /// The first byte of the encoded form. It is raised by one when the form changes. Figures of an older form are rebuilt from the event
    /// log. Baselines cannot be rebuilt, so the decoder of every form in which baselines were written must stay
    /// (docs/decisions/0024-baselines.md).
    /// </summary>
    /// <remarks>
    /// Format 3 has the bytes of format 2 and tells earlier versions that the memory beside it is binary. Format 4 adds the totals of days.
    /// </remarks>
    public const byte Format = 4;

    /// <summary>The oldest form of stored figures that is read and need not be rebuilt.</summary>
    public const byte OldestReadable = 2;

    /// <summary>The first form with the totals of days, which shift signals need.</summary>
    internal const byte FirstWithDays = 4;

    /// <summary>The first form, which stored one set of terms for all subscriptions together.</summary>
    internal const byte FirstFormat = 1;

    private readonly IFamilyFigures[] _families;

    /// <summary>The days with an event of each family.</summary>
    private readonly ActiveDays[] _activeDays = new ActiveDays[Enum.GetValues<EventFamily>().Length];

    public AccountFigures() => _families = [Usage, Tickets, Billing, Nps, Csat, Ces, Relationship];

    internal UsageFigures Usage { get; } = new();

    internal TicketFigures Tickets { get; } = new();

    internal BillingFigures Billing { get; } = new();

    internal ResponseFigures Nps { get; } = new(Windows.Days180, Windows.Days180);

    internal ResponseFigures Csat { get; } = new(Horizons.Csat, Windows.Days30);

    internal ResponseFigures Ces { get; } = new(Windows.Days90, Windows.Days90);

    internal RelationshipFigures Relationship { get; } = new();

    /// <summary>The time of the newest usage event; null before the first.</summary>
    public DateTimeOffset? NewestUsage => Instants.ToOptionalTime(Usage.Newest);

    /// <summary>The time of the newest event of any family; null before the first.</summary>
    public DateTimeOffset? NewestEvent => Instants.ToOptionalTime(Newest);

    /// <summary>The time of the newest event of each family that has events.</summary>
    public IReadOnlyDictionary<EventFamily, DateTimeOffset> NewestByFamily()
    {
        var newest = new Dictionary<EventFamily, DateTimeOffset>();
        for (var family = 0; family < _families.Length; family++)
        {
            if (_families[family].Newest is var instant and not Instants.None)
            {
                newest.Add((EventFamily)family, Instants.ToTime(instant));
            }
        }

        return newest;
    }

    /// <summary>The families that are silent at an instant, and when another one can be.</summary>
    public Silence SilenceAt(DateTimeOffset asOf)
    {
        var (silent, next) = (SilentFamilies.None, (DateTimeOffset?)null);
        for (var family = 0; family < _families.Length; family++)
        {
            if (SilentFrom((EventFamily)family, asOf) is not { } from) continue;
            if (asOf > from) silent = silent.With((EventFamily)family);
            else if (!(next <= from)) next = from;
        }

        return new Silence(silent, next?.AddMicroseconds(1));
    }

    /// <summary>
    /// The last instant at which the silence of a family is usual; null without events. Where it is ahead it may be too early, so that the
    /// gaps of a family with a recent event need not be looked at.
    /// </summary>
    private DateTimeOffset? SilentFrom(EventFamily family, DateTimeOffset asOf)
    {
        if (_families[(int)family].Newest is not (not Instants.None and var newest)) return null;
        var last = Instants.ToTime(newest);
        if (last + SourceRhythm.Shortest >= asOf) return last + SourceRhythm.Shortest;
        Span<int> gaps = stackalloc int[ActiveDays.MostGaps];
        var count = _activeDays[(int)family].Gaps(SourceRhythm.LookBackDays, gaps);
        return last + SourceRhythm.LongestUsualSilence(gaps[..count]);
    }

    /// <summary>The commercial terms that billing events state for an instant.</summary>
    public AccountTerms TermsAt(DateTimeOffset asOf) => AccountTerms.Of(SubscriptionSum.At(Billing.Subscriptions, Instants.Of(asOf)));

    /// <summary>The subscriptions known at an instant, ordered by id, the one without an id first.</summary>
    public IReadOnlyList<AccountSubscription> SubscriptionsAt(DateTimeOffset asOf) =>
        [.. Billing.Subscriptions.At(Instants.Of(asOf), long.MaxValue)
            .Select(one => AccountSubscription.Of(SubscriptionFigures.Shown(one.Name), one.State))];

    /// <summary>Whether the totals of days are unknown, because an earlier version wrote the figures.</summary>
    public bool LacksDays => Days.Any(days => days.IsIncomplete);

    /// <summary>Replaces the totals of days by those of other figures of the account, which are not used afterwards.</summary>
    public void TakeDays(AccountFigures other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Usage.TakeDays(other.Usage);
        Tickets.TakeDays(other.Tickets);
        other._activeDays.CopyTo(_activeDays, 0);
    }

    private IEnumerable<DailySums> Days => [Usage.Days, Tickets.Openings, Tickets.Escalations];

    private long Newest
    {
        get
        {
            var newest = Instants.None;
            foreach (var family in _families)
            {
                newest = Math.Max(newest, family.Newest);
            }

            return newest;
        }
    }

    /// <summary>
    /// Folds an event into the figures. Each distinct event must be applied exactly once: the caller removes repeats by (source, id).
    /// </summary>
    public void Apply(HealthEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var instant = Instants.Of(e.OccurredAt);
        switch (e.Data)
        {
            case UsageData usage:
                Usage.Apply(e.Type, usage, instant);
                break;
            case TicketData ticket:
                Tickets.Apply(e.Type, ticket, instant);
                break;
            case BillingData billing:
                Billing.Apply(e.Source, e.Type, billing, instant);
                break;
            case RelationshipData relationship:
                Relationship.Apply(e.Type, relationship, instant);
                break;
            case ResponseData response:
                Survey(e.Type).Apply(e.Source, response, instant);
                break;
            default:
                throw new ArgumentException($"An event of type {e.Type} carries no data that can be folded.", nameof(e));
        }

        _activeDays[(int)e.Type.Family()].Add(instant);
    }

    /// <summary>
    /// Forgets everything that no signal at <paramref name="asOf"/> or later needs, so that the figures do not grow with the number of
    /// events.
    /// </summary>
    public void Forget(DateTimeOffset asOf)
    {
        foreach (var family in _families)
        {
            if (family.Newest != Instants.None)
            {
                family.Forget(Instants.Of(asOf));
            }
        }
    }

    /// <summary>
    /// The canonical binary form: equal figures give equal bytes. It first <see cref="Forget">forgets</see> everything that only earlier
    /// instants need.
    /// </summary>
    public byte[] Encode(DateTimeOffset asOf)
    {
        Forget(asOf);
        var newest = Newest;
        var writer = new FigureWriter(newest);
        writer.Byte(Format);
        writer.Byte(Present());
        if (newest != Instants.None)
        {
            writer.AbsoluteInstant(newest);
        }

        for (var index = 0; index < _families.Length; index++)
        {
            if (_families[index].Newest == Instants.None) continue;
            _families[index].Write(ref writer);
            _activeDays[index].Write(ref writer);
        }

        return writer.Finish();
    }

    /// <summary>Reads the result of <see cref="Encode"/>; empty input gives figures without events.</summary>
    /// <exception cref="InvalidDataException">The bytes have another format, or are truncated or corrupt.</exception>
    public static AccountFigures Decode(ReadOnlySpan<byte> bytes) => Decode(bytes, OldestReadable);

    /// <summary>Reads the figures of a baseline, which may have the form of any earlier version of the service.</summary>
    /// <exception cref="InvalidDataException">The bytes have an unknown format, or are truncated or corrupt.</exception>
    /// <remarks>Days whose totals an earlier version did not store are taken to be without events.</remarks>
    public static AccountFigures DecodeBaseline(ReadOnlySpan<byte> bytes)
    {
        var figures = Decode(bytes, FirstFormat);
        foreach (var days in figures.Days) days.Complete();
        return figures;
    }

    private static AccountFigures Decode(ReadOnlySpan<byte> bytes, byte oldest)
    {
        var figures = new AccountFigures();
        if (!bytes.IsEmpty)
        {
            figures.Fill(new FigureReader(bytes), oldest);
        }

        return figures;
    }

    private void Fill(FigureReader reader, byte oldest)
    {
        reader.Format = reader.Byte();
        if (reader.Format < oldest || reader.Format > Format)
        {
            throw new InvalidDataException($"The figures have format {reader.Format}; expected {oldest} to {Format}.");
        }

        var present = reader.Byte();
        reader.Anchor = present == 0 ? Instants.None : reader.AbsoluteInstant();
        for (var index = 0; index < _families.Length; index++)
        {
            if ((present & (1 << index)) != 0)
            {
                _families[index].Fill(ref reader);
                _activeDays[index] = reader.Format >= FirstWithDays
                    ? ActiveDays.Read(ref reader, _families[index].Newest) : ActiveDays.Of(_families[index].Newest);
            }
        }

        if (!reader.AtEnd)
        {
            throw FigureReader.Corrupt();
        }
    }

    /// <summary>A bit mask of the families that have events.</summary>
    private byte Present()
    {
        var present = 0;
        for (var index = 0; index < _families.Length; index++)
        {
            present |= _families[index].Newest == Instants.None ? 0 : 1 << index;
        }

        return (byte)present;
    }

    private ResponseFigures Survey(EventType type) => type switch
    {
        EventType.NpsResponded => Nps,
        EventType.CsatResponded => Csat,
        _ => Ces,
    };
}
