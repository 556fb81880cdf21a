using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// The subscriptions of an account at an instant of the past, as all that is known now has them. A baseline that begins later than the
/// instant is left out.
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
