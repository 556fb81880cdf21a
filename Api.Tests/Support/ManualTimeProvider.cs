using HealthApi.Api.Commands.Demo;

namespace HealthApi.Api.Tests.Support;

/// <summary>The simulated clock of the demo; by default it begins at 2026-11-20 09:00 UTC.</summary>
internal sealed class ManualTimeProvider(DateTimeOffset start) : SimulatedClock(start)
{
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>
    /// Moves in one step. In several steps, a timer on the way could start an attempt that the next step would time out.
    /// </summary>
    public override void MoveTo(DateTimeOffset target) => JumpTo(target);
}
