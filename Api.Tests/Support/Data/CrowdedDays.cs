using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Events;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// Histories with one day that has about 128 distinct instants (slightly fewer or more), the most that the fold stores exactly. They are
/// evaluated at an instant whose windows begin on that day, so that the instant of every entry matters.
/// </summary>
internal static class CrowdedDays
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static Arbitrary<AccountHistory> History() => Arb.From(Generator, Histories.Shrink);

    private static Gen<AccountHistory> Generator =>
        from others in Gen.ListOf(UsageAt(Gen.Choose(0, 5 * 86_400)), 5)
        from count in Gen.Frequency((2, Gen.Choose(127, 131)), (1, Gen.Choose(132, 250)))
        from crowd in Gen.ListOf(UsageAt(Gen.Choose(0, 86_399)), count)
        from account in AccountGenerator.Account
        from days in Gen.Elements(30, 30, 60, 60, 45, 59, 61)
        from seconds in Gen.Frequency((2, Gen.Choose(0, 86_399)), (1, SoonAfterTheLast(crowd)))
        from seed in Gen.Choose(0, int.MaxValue)
        select new AccountHistory(account, Histories.Distinct([.. others, .. crowd]), Day.AddDays(days).AddSeconds(seconds), seed);

    /// <summary>Seconds after the start of the day: up to 700 after the last event of the crowd.</summary>
    private static Gen<int> SoonAfterTheLast(IEnumerable<HealthEvent> crowd) =>
        Gen.Choose(0, 700).Select(later => (int)(crowd.Max(e => e.OccurredAt) - Day).TotalSeconds + later);

    private static Gen<HealthEvent> UsageAt(Gen<int> seconds) =>
        from second in seconds
        from use in EventGenerator.Usage
        select new HealthEvent("test", "", use.Type, "acme", Day.AddSeconds(second), use.Data);
}
