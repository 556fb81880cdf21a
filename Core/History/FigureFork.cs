using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>Two views of one log: <see cref="All"/> has every event that <see cref="Part"/> has. They are one until they differ.</summary>
internal sealed class FigureFork
{
    private readonly RunningFigures _all;
    private RunningFigures? _part;

    /// <param name="all">What the greater view starts from.</param>
    /// <param name="part">What the smaller one starts from; null: from the same.</param>
    /// <param name="keepFrom">The earliest instant that is asked for.</param>
    public FigureFork(AccountFigures all, AccountFigures? part, DateTimeOffset keepFrom)
    {
        _all = new RunningFigures(all, keepFrom);
        _part = part is null ? null : new RunningFigures(part, keepFrom);
    }

    public AccountFigures All => _all.Figures;

    public AccountFigures Part => (_part ?? _all).Figures;

    /// <summary>Takes an event that is in the greater view.</summary>
    public void Take(HealthEvent happened, bool inPart)
    {
        if (!inPart) _part ??= _all.Fork(happened.OccurredAt);
        _all.Apply(happened);
        if (inPart) _part?.Apply(happened);
    }
}
