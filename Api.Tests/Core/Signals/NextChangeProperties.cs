using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Accounts;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class NextChangeProperties
{
    private const int Steps = 10;

    private static readonly SignalUses Every = SignalUses.Every(SignalAssert.Steps);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)], MaxTest = 500)]
    public void Time_alone_changes_nothing_before_the_next_change(AccountHistory history) => Walk(history);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(CrowdedDays)], MaxTest = 100)]
    public void Time_alone_changes_nothing_before_the_next_change_after_a_crowded_day(AccountHistory history) => Walk(history);

    private static void Walk(AccountHistory history)
    {
        var figures = FoldProperties.Fold(history.Events);
        var asOf = history.AsOf;
        var random = new Random(history.Seed);
        for (var step = 0; step < Steps; step++)
        {
            var signals = SignalDeriver.Derive(figures, history.Account, asOf);
            var end = SignalDeriver.NextChange(figures, history.Account, SegmentPolicy.Default.Phases, Every, asOf) ?? asOf.AddDays(500);
            Assert.That(end, Is.GreaterThan(asOf), "the next change lies ahead");
            foreach (
                var sample in (DateTimeOffset[])[end.AddMicroseconds(-1), Between(asOf, end, 0.5), Between(asOf, end, random.NextDouble())])
            {
                SignalAssert.SameButForDays(SignalDeriver.Derive(figures, history.Account, sample), signals);
                Assert.That(Phase(figures, history, sample), Is.EqualTo(Phase(figures, history, asOf)));
            }

            asOf = end;
        }
    }

    /// <summary>Instants are whole microseconds.</summary>
    private static DateTimeOffset Between(DateTimeOffset from, DateTimeOffset to, double share) =>
        from.AddMicroseconds(Math.Floor((to - from).TotalMicroseconds * share));

    private static string Phase(AccountFigures figures, AccountHistory history, DateTimeOffset at) =>
        LifecyclePhases.Of(EffectiveAccount.Apply(history.Account, figures.TermsAt(at)), SegmentPolicy.Default.Phases, at);
}
