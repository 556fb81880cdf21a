using HealthApi.Api.Commands.Demo;

namespace HealthApi.Api.Tests.Support;

/// <summary>The simulated clock of the demo, beginning on a day that the tests know.</summary>
internal sealed class ManualTimeProvider(DateTimeOffset start) : SimulatedClock(start)
{
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>
    /// Arrives at once: what wakes by its timer must not begin, on the way, what the rest of the way would bring to its deadline.
    /// </summary>
    public override void MoveTo(DateTimeOffset target) => JumpTo(target);
}
