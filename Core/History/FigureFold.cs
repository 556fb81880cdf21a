using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>The figures of an account's events at an instant, folded from its baseline and the events after it.</summary>
/// <param name="at">The instant that they are to be evaluated at, at the earliest.</param>
public sealed class FigureFold(AccountBaseline? baseline, DateTimeOffset at) : ILogFold
{
    private readonly RunningFigures _running = new(baseline?.Open() ?? new AccountFigures(), at);

    public AccountFigures Figures => _running.Figures;

    public void Take(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        _running.Apply(logged.Event);
    }
}
