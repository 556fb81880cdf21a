using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Accounts;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>Generates histories with events on most days, whose level changes once or twice.</summary>
internal static class DailyHistories
{
    public static Arbitrary<AccountHistory> History() => Arb.From(Generator, Histories.Shrink);

    private static Gen<AccountHistory> Generator =>
        from days in Gen.Frequency((1, Gen.Choose(1, 70)), (4, Gen.Choose(100, 430)))
        from rate in Gen.Choose(1, 5)
        from first in Gen.Choose(0, 430)
        from length in Gen.Choose(5, 200)
        from level in Gen.Elements(0, 0.3, 0.5, 0.7, 2.0, 3.0)
        from quantities in Gen.Elements(1, 1, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        from hours in Gen.Choose(0, 23)
        select new AccountHistory(
            new Account { Id = "acme", Name = "acme" },
            Histories.Distinct(Daily(days, rate, first, length, level, quantities, new Random(seed))
                .Select(one => one with { OccurredAt = Instant.Truncate(one.OccurredAt) })),
            AccountHistory.Now.AddHours(hours),
            seed);

    private static IEnumerable<HealthEvent> Daily(
        int days, int rate, int first, int length, double level, int quantities, Random random)
    {
        int Events(int day) =>
            (int)Math.Round((day >= first && day < first + length ? level : 1) * rate * (0.5 + random.NextDouble()));
        return Days(days, Events, random, quantities);
    }

    /// <summary>Usage of each day, oldest first, the last one yesterday; every third event is a ticket or an escalation too.</summary>
    /// <param name="events">The number of events of a day, counted from the first.</param>
    public static IEnumerable<HealthEvent> Days(int days, Func<int, int> events, Random random, int quantities)
    {
        for (var day = 0; day < days; day++)
        {
            var count = events(day);
            for (var one = 0; one < count; one++)
            {
                var ago = days - day - 0.5 + ((random.Next(1440) + 0.5) / 1440);
                yield return Usage(ago, quantity: random.Next(1, quantities + 1));
                if (random.Next(3) == 0) yield return Ticket(ago, EventType.TicketOpened, $"t{random.Next(1_000_000)}");
                if (random.Next(6) == 0) yield return Ticket(ago, EventType.TicketEscalated, $"t{random.Next(40)}");
            }
        }
    }
}
