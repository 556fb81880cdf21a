using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Events;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Generates histories with events of all families; registered by <c>[Property(Arbitrary = [typeof(Histories)])]</c>.</summary>
internal static class Histories
{
    public static Arbitrary<AccountHistory> History() => Arb.From(Generator, Shrink);

    private static Gen<AccountHistory> Generator =>
        from events in Gen.ListOf(EventGenerator.Event)
        from account in AccountGenerator.Account
        from days in Gen.Frequency((3, Gen.Constant(0)), (3, Gen.Choose(0, 40)), (1, Gen.Choose(0, 420)))
        from seconds in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 86_399)))
        from seed in Gen.Choose(0, int.MaxValue)
        select new AccountHistory(account, Distinct(events), AccountHistory.Now.AddDays(days).AddSeconds(seconds), seed);

    /// <summary>Gives each event an id of its own, as in the store: events with equal content are still different events.</summary>
    internal static HealthEvent[] Distinct(IEnumerable<HealthEvent> events) =>
        [.. events.Select((e, index) => e with { Id = $"evt-{index}" })];

    /// <summary>Removes runs of events: first halves, then ever shorter runs.</summary>
    internal static IEnumerable<AccountHistory> Shrink(AccountHistory history)
    {
        var size = history.Events.Length;
        for (var chunk = size / 2; chunk > 0; chunk /= 2)
        {
            for (var start = 0; start < size; start += chunk)
            {
                yield return history with { Events = [.. history.Events[..start], .. history.Events[Math.Min(size, start + chunk)..]] };
            }
        }
    }
}
