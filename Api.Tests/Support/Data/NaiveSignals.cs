using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// The signals of domain.md §3, computed directly from the whole list of events. The fold is compared with it, so it shares only types with
/// the product and does not try to be fast.
/// </summary>
internal sealed partial class NaiveSignals(IEnumerable<HealthEvent> events, Account account, DateTimeOffset asOf)
{
    private readonly List<HealthEvent> _events = [.. events];
    private readonly SignalSet _signals = new();

    public static SignalSet Derive(IEnumerable<HealthEvent> events, Account account, DateTimeOffset asOf)
    {
        var naive = new NaiveSignals(events, account, asOf);
        naive.Users();
        naive.Usage();
        naive.Adoption();
        naive.Shifts();
        naive.TicketCounts();
        naive.TicketOutcomes();
        naive.TicketSentiment();
        naive.Payments();
        naive.Revenue();
        naive.Surveys();
        naive.Relationship();
        naive.Profile();
        return naive._signals;
    }

    private void Set(Signal signal, SignalValue value, DateTimeOffset? evidence) =>
        _signals.Set(signal, value, value.IsMissing ? null : evidence);

    private void Number(Signal signal, decimal? value, DateTimeOffset? evidence) => Set(signal, SignalValue.Of((double?)value), evidence);

    private void Flag(Signal signal, bool value, DateTimeOffset? evidence) => Set(signal, SignalValue.Of(value), evidence);

    private bool In(int days, DateTimeOffset at) => at > asOf.AddDays(-days);

    private bool InPrevious(int days, DateTimeOffset at) => at > asOf.AddDays(-2 * days) && at <= asOf.AddDays(-days);

    private List<HealthEvent> Of(EventFamily family) => [.. _events.Where(e => e.Type.Family() == family)];

    private List<HealthEvent> Of(params EventType[] types) => [.. _events.Where(e => types.Contains(e.Type))];

    private static DateTimeOffset? Newest(IEnumerable<HealthEvent> some) => some.Max(e => (DateTimeOffset?)e.OccurredAt);

    private static int FloorDays(DateTimeOffset from, DateTimeOffset to) => (int)Math.Floor((to - from).TotalDays);

    private static decimal? Divide(decimal part, decimal? whole) => whole is null or 0 ? null : part / whole;

    private static decimal? Share(decimal part, decimal? whole) => Divide(part, whole) is { } share ? Math.Min(1, share) : null;

    private static decimal? Change(decimal now, decimal before) => before == 0 ? null : (now - before) / before;

    private static decimal? Mean(IEnumerable<decimal> values) => values.Select(value => (decimal?)value).Average();
}
