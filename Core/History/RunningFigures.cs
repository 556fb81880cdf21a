using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// Figures to which a log is applied, oldest event first. Data that no later instant needs is forgotten regularly, so that the figures do
/// not grow with the log.
/// </summary>
/// <param name="keepFrom">The earliest instant at which the figures will be evaluated; everything that it needs is kept.</param>
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

    /// <summary>Forgets the data that only instants before this one need.</summary>
    public void Forget(DateTimeOffset asOf)
    {
        _sinceForgotten = 0;
        figures.Forget(Limit(asOf));
    }

    /// <summary>An independent copy.</summary>
    /// <param name="asOf">No later call applies an event from before this instant.</param>
    public RunningFigures Fork(DateTimeOffset asOf) => new(AccountFigures.Decode(figures.Encode(Limit(asOf))), keepFrom);

    private DateTimeOffset Limit(DateTimeOffset asOf) => asOf < keepFrom ? asOf : keepFrom;
}
