using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>Figures that a log runs through, oldest event first: what no later instant needs is forgotten on the way.</summary>
/// <param name="keepFrom">The earliest instant that is asked for; what it needs is kept.</param>
internal sealed class RunningFigures(AccountFigures figures, DateTimeOffset keepFrom)
{
    private const int ForgetEvery = 4096;

    private int _sinceForgotten;

    public AccountFigures Figures => figures;

    public void Apply(HealthEvent happened)
    {
        figures.Apply(happened);
        if (++_sinceForgotten < ForgetEvery) return;
        Forget(happened.OccurredAt);
    }

    /// <summary>Forgets what only instants before this one need.</summary>
    public void Forget(DateTimeOffset asOf)
    {
        _sinceForgotten = 0;
        figures.Forget(Limit(asOf));
    }

    /// <summary>A copy that goes on by itself.</summary>
    /// <param name="asOf">No event after this is earlier.</param>
    public RunningFigures Fork(DateTimeOffset asOf) => new(AccountFigures.Decode(figures.Encode(Limit(asOf))), keepFrom);

    private DateTimeOffset Limit(DateTimeOffset asOf) => asOf < keepFrom ? asOf : keepFrom;
}
