using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Evaluation;

/// <summary>How often time alone makes an account due.</summary>
internal sealed class DueFrequencyTests
{
    private const int Users = 100, Days = 70, Measured = 7;

    [TestCase(0)]
    [TestCase(2)]
    public void An_account_of_a_hundred_users_is_due_at_most_eight_times_a_day(int ticketsADay)
    {
        var random = new Random(11);
        var events = Enumerable.Range(0, Days).SelectMany(day => Day(day, ticketsADay, random)).OrderBy(happened => happened.OccurredAt);
        var account = new Account { Id = "acme", Name = "Acme", CoreFeatures = ["f1", "f2", "f3"], Licences = 120 };
        var (figures, due, evaluations) = (new AccountFigures(), (DateTimeOffset?)null, 0);
        var begin = AccountHistory.Now.AddDays(-Measured);
        foreach (var happened in events)
        {
            if (happened.OccurredAt > begin)
            {
                for (; due <= happened.OccurredAt; evaluations++) due = Next(figures, account, due.Value, null);
            }

            figures.Apply(happened);
            if (happened.OccurredAt > begin) due = Next(figures, account, happened.OccurredAt, due);
        }

        Assert.That((double)evaluations / Measured, Is.LessThanOrEqualTo(8));
    }

    /// <summary>The due time that is stored after an evaluation: an earlier one that is still ahead stays.</summary>
    private static DateTimeOffset? Next(AccountFigures figures, Account account, DateTimeOffset now, DateTimeOffset? stored)
    {
        var due = AccountEvaluator.Evaluate(figures, account, now, AccountMemory.Empty, TestPolicies.Default, now).DueAt;
        return stored > now && !(due < stored) ? stored : due;
    }

    private static IEnumerable<HealthEvent> Day(int day, int tickets, Random random)
    {
        for (var user = 0; user < Users; user++)
        {
            if (random.Next(3) == 0) continue;
            yield return Usage(EventType.UsageLogin, $"u{user}", null);
            yield return Usage(EventType.UsageFeatureUsed, $"u{user}", $"f{random.Next(12)}");
        }

        for (var ticket = 0; ticket < tickets; ticket++)
            yield return Event(EventType.TicketOpened, new TicketData($"{day}-{ticket}", null, null, null, null));

        HealthEvent Usage(EventType type, string user, string? feature) =>
            Event(type, new UsageData { UserId = user, Feature = feature, Quantity = 1 });
        HealthEvent Event(EventType type, EventData data) => new(
            "test", "", type, "acme", AccountHistory.Now.AddDays(day - Days).AddSeconds(random.Next(24 * 60 * 60)), data);
    }
}
