using HealthApi.Api.Tests.Support;
using HealthApi.Core;
using HealthApi.Core.Accounts;
using HealthApi.Core.Churn;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Scoring;

internal sealed class HistoryReplayTests
{
    private static readonly EvaluationPolicy Policy = new(new ModelRegistry(), BuiltInChurnRules.Default, SegmentPolicy.Default, []);

    /// <summary>Days on which nothing can change are passed over; going through every day by itself must come to the same.</summary>
    [FsCheck.NUnit.Property(Arbitrary = [typeof(Histories)])]
    public void The_replay_is_the_standing_at_the_end_of_every_day(History history)
    {
        HealthEvent[] events = [.. history.Events.OrderBy(happened => happened.OccurredAt)];
        var toDay = history.AsOf.ToDay();
        var replayed = HistoryReplay.Run(events, history.Account, Policy, int.MinValue, toDay);
        var row = -1;
        for (var day = events.Length == 0 ? toDay : events[0].OccurredAt.ToDay(); day < toDay; day++)
        {
            var standing = HistoryReplay.At(events, history.Account, Policy, Instant.FromDay(day + 1) - TimeSpan.FromMicroseconds(1));
            if (row + 1 < replayed.Count && replayed[row + 1].Day == day) row++;
            Assert.That(
                (replayed[row].Score, replayed[row].Category, replayed[row].RiskScore, replayed[row].RiskLevel),
                Is.EqualTo((standing.Health.Score, standing.Health.Category, standing.Risk.Score, standing.Risk.Level)),
                $"day {day}");
        }

        Assert.That(row, Is.EqualTo(replayed.Count - 1), "every row is of one of the days");
    }
}
