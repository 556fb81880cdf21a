using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>Folds an account's baseline and the events after it into figures.</summary>
/// <param name="at">The earliest instant at which the figures will be evaluated.</param>
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
