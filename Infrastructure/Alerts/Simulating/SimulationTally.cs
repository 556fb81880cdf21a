using HealthApi.Core.Alerts;
using HealthApi.Core.History;

namespace HealthApi.Infrastructure.Alerts.Simulating;

/// <summary>Sums up the replayed alerts of one account after the other.</summary>
internal sealed class SimulationTally(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
{
    private const int MostOwners = 200, ShownDecimals = 4;

    private const double DaysPerMonth = 30;

    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90), Lead = TimeSpan.FromDays(14);

    private readonly Counts _all = new();
    private readonly SortedDictionary<DateOnly, Counts> _days = [];
    private readonly SortedDictionary<string, Counts> _segments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Counts> _owners = new(StringComparer.Ordinal);
    private readonly List<SimulatedAccount> _accounts = [];
    private readonly SimulatedMessages _messages = new(from);
    private long _simulated, _followed, _undecided, _churned, _warned;
    private double _accountDays;

    /// <summary>Accounts whose log could not be replayed.</summary>
    public long Failed { get; set; }

    /// <summary>The accounts to show: all of them, or the noisiest where there are too many.</summary>
    public IReadOnlyList<SimulatedAccount> Accounts
    {
        get
        {
            if (!SimulatedAccounts.AreAll(_simulated)) Shorten();
            return _accounts;
        }
    }

    /// <param name="firstAt">The first evaluation of the account; null if it had none before the end.</param>
    /// <param name="churnedAt">When the account churned, by what is known now.</param>
    public void Add(string accountId, DateTimeOffset? firstAt, IReadOnlyList<ReplayedAlert> alerts, DateTimeOffset? churnedAt)
    {
        if (firstAt is not { } first) return;
        _simulated++;
        _accountDays += (to - (first < from ? from : first)).TotalDays;
        var own = new Counts();
        foreach (var alert in alerts)
        {
            _messages.Add(alert);
            if (alert.Change.At >= from && IsCounted(alert.Change.Kind)) Count(own, alert);
        }

        _accounts.Add(new SimulatedAccount { AccountId = accountId, Opened = own.Opened, Updated = own.Updated, Resolved = own.Resolved });
        if (!SimulatedAccounts.AreAll(_accounts.Count)) Shorten();
        Judge(alerts, churnedAt);
    }

    public SimulationResult Complete()
    {
        var (messages, suppressed) = _messages.Complete();
        var months = _accountDays / DaysPerMonth;
        return new SimulationResult
        {
            From = from,
            To = to,
            Simulated = _simulated,
            Opened = _all.Opened,
            Updated = _all.Updated,
            Resolved = _all.Resolved,
            Messages = messages,
            Suppressed = suppressed,
            PerAccountMonth = new SimulatedRate(Rate(_all.Opened, months) ?? 0, Rate(messages, months) ?? 0),
            Days = [.. _days.Select(day => new SimulatedDay(day.Key, day.Value.Opened, day.Value.Updated, day.Value.Resolved))],
            Segments = [.. _segments.Select(one => new SimulatedSegment(one.Key, one.Value.Opened, one.Value.Updated, one.Value.Resolved))],
            Owners =
            [
                .. _owners.OrderByDescending(one => one.Value.Sum).ThenBy(one => one.Key, StringComparer.Ordinal).Take(MostOwners)
                    .Select(one => new SimulatedOwner(
                        one.Key.Length == 0 ? null : one.Key, one.Value.Opened, one.Value.Updated, one.Value.Resolved)),
            ],
            FollowedByChurn = new SimulatedPrecision(_followed, _undecided, Rate(_followed, _all.Opened)),
            Churned = new SimulatedRecall(_churned, _warned, Rate(_warned, _churned)),
            Failed = Failed,
        };
    }

    private static bool IsCounted(AlertChangeKind kind) =>
        kind is AlertChangeKind.Opened or AlertChangeKind.Updated or AlertChangeKind.Resolved;

    private void Count(Counts own, ReplayedAlert alert)
    {
        var day = DateOnly.FromDateTime(alert.Change.At.UtcDateTime);
        foreach (var counts in new[] { _all, own, At(_days, day), At(_segments, alert.Segment), At(_owners, alert.Owner ?? "") })
            counts.Add(alert.Change.Kind);
    }

    private void Shorten()
    {
        var noisiest = SimulatedAccounts.Noisiest(_accounts).ToList();
        _accounts.Clear();
        _accounts.AddRange(noisiest);
    }

    private void Judge(IReadOnlyList<ReplayedAlert> alerts, DateTimeOffset? churnedAt)
    {
        foreach (var opened in alerts.Where(alert => alert.Change.Kind == AlertChangeKind.Opened && alert.Change.At >= from))
        {
            var since = opened.Change.At;
            if (churnedAt >= since && churnedAt - since <= Horizon) _followed++;
            else if (now - since < Horizon && !(churnedAt >= since)) _undecided++;
        }

        if (!(churnedAt >= from && churnedAt < to)) return;
        _churned++;
        if (alerts.Any(alert => alert.Change.Kind == AlertChangeKind.Opened && churnedAt - alert.Change.At >= Lead
            && !(EndOf(alerts, alert) < churnedAt - Horizon)))
        {
            _warned++;
        }
    }

    private static DateTimeOffset? EndOf(IReadOnlyList<ReplayedAlert> alerts, ReplayedAlert opened) => alerts
        .LastOrDefault(alert => alert.Change.AlertId == opened.Change.AlertId && alert.Change.Kind == AlertChangeKind.Resolved)?.Change.At;

    private static double? Rate(long part, double whole) => whole <= 0 ? null : Math.Round(part / whole, ShownDecimals);

    private static Counts At<TKey>(IDictionary<TKey, Counts> known, TKey key)
    {
        if (!known.TryGetValue(key, out var counts)) known[key] = counts = new Counts();
        return counts;
    }

    private sealed class Counts
    {
        public long Opened { get; private set; }

        public long Updated { get; private set; }

        public long Resolved { get; private set; }

        public long Sum => Opened + Updated + Resolved;

        public void Add(AlertChangeKind kind)
        {
            if (kind == AlertChangeKind.Opened) Opened++;
            else if (kind == AlertChangeKind.Updated) Updated++;
            else Resolved++;
        }
    }
}
