using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class MinuteBudgetTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_whole_budget_may_be_taken_at_once_and_is_then_empty_for_a_minute()
    {
        var budget = MinuteBudget.Parse(null);
        budget.Take(3, Start.AddSeconds(0.9));
        var (available, nextAt) = budget.Available(3, Start.AddSeconds(59));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(available, Is.Zero);
            Assert.That(nextAt, Is.EqualTo(Start.AddSeconds(61)));
            Assert.That(budget.Available(3, nextAt).Available, Is.EqualTo(3));
        }
    }

    [Test]
    public void A_lowered_limit_applies_at_once()
    {
        var budget = MinuteBudget.Parse(null);
        budget.Take(10, Start);

        Assert.That(budget.Available(3, Start.AddSeconds(30)).Available, Is.Zero);
    }

    [FsCheck.NUnit.Property]
    public Property No_sixty_seconds_contain_more_than_the_limit() => Prop.ForAll(
        Gen.Choose(0, 20_000).ListOf(60).ToArbitrary(),
        Gen.Choose(1, 7).ToArbitrary(),
        (steps, limit) =>
        {
            var (now, text, taken) = (Start, (string?)null, new List<DateTimeOffset>());
            foreach (var milliseconds in steps)
            {
                now = now.AddMilliseconds(milliseconds);
                var budget = MinuteBudget.Parse(text);
                if (budget.Available(limit, now).Available == 0) continue;
                budget.Take(1, now);
                taken.Add(now);
                text = budget.ToString();
            }

            return taken.All(from => taken.Count(at => at >= from && at < from.AddSeconds(60)) <= limit);
        });
}
