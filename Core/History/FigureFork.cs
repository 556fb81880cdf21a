using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// The figures of two views of one log: <see cref="All"/> contains every event of <see cref="Part"/>. Both share one set of figures until
/// an event belongs only to <see cref="All"/>.
/// </summary>
internal sealed class FigureFork
{
    private readonly RunningFigures _all;
    private RunningFigures? _part;

    /// <param name="all">The figures from which <see cref="All"/> starts.</param>
    /// <param name="part">The figures from which <see cref="Part"/> starts; null if both start from the same.</param>
    /// <param name="keepFrom">The earliest instant at which the figures will be evaluated.</param>
    public FigureFork(AccountFigures all, AccountFigures? part, DateTimeOffset keepFrom)
    {
        _all = new RunningFigures(all, keepFrom);
        _part = part is null ? null : new RunningFigures(part, keepFrom);
    }

    public AccountFigures All => _all.Figures;

    public AccountFigures Part => (_part ?? _all).Figures;

    /// <summary>Takes an event of <see cref="All"/>.</summary>
    public void Take(HealthEvent happened, bool inPart)
    {
        if (!inPart) _part ??= _all.Fork(happened.OccurredAt);
        _all.Apply(happened);
        if (inPart) _part?.Apply(happened);
    }
}
