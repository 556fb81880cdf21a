using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// The subscriptions of an account at a past instant, from all that is known now. A baseline whose horizon is later than the instant is
/// ignored.
/// </summary>
public sealed class SubscriptionTravel(AccountBaseline? baseline, DateTimeOffset at) : ILogFold
{
    private readonly RunningFigures _running = new(baseline.UsableAt(at)?.Open() ?? new AccountFigures(), at);

    public IReadOnlyList<AccountSubscription> Subscriptions => _running.Figures.SubscriptionsAt(at);

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        if (logged.CountsAt(at)) _running.Apply(logged.Event);
    }
}
