using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class RetryScheduleTests
{
    private const string Default = "00:00:05,00:05:00,00:30:00,02:00:00,05:00:00,10:00:00,14:00:00,20:00:00,24:00:00";

    private static readonly RetrySchedule Schedule = RetrySchedule.TryParse("00:00:10, 00:01:00")!;

    [Test]
    public void The_default_schedule_is_read_and_lasts_75_hours_35_minutes_5_seconds() =>
        Assert.That(
            RetrySchedule.TryParse(Default)!.Delays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay),
            Is.EqualTo(new TimeSpan(75, 35, 5)));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("soon")]
    [TestCase("00:00:05,")]
    [TestCase("-00:00:05")]
    [TestCase("00:00:00")]
    [TestCase("721:00:00")]
    [TestCase("00:60:00")]
    [TestCase("5")]
    public void A_text_that_is_no_schedule_is_refused(string? text) => Assert.That(RetrySchedule.TryParse(text), Is.Null);

    [TestCase(1, 0.0, 8)]
    [TestCase(1, 0.5, 10)]
    [TestCase(1, 1.0, 12)]
    [TestCase(2, 0.0, 48)]
    [TestCase(2, 1.0, 72)]
    public void The_delay_after_an_attempt_is_that_of_the_schedule_plus_or_minus_a_fifth(int failed, double fraction, double seconds) =>
        Assert.That(Schedule.Next(failed, fraction)!.Value.TotalSeconds, Is.EqualTo(seconds).Within(1e-6));

    [TestCase(3)]
    [TestCase(100)]
    public void After_the_last_delay_there_is_no_retry(int failed)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Schedule.Next(failed, 0.5), Is.Null);
            Assert.That(Schedule.Next(failed, 0.5, TimeSpan.FromSeconds(1)), Is.Null);
        }
    }

    [TestCase(null, 10, Description = "Without Retry-After the schedule applies.")]
    [TestCase(1, 10, Description = "A retry is never sooner than the schedule.")]
    [TestCase(-5, 10)]
    [TestCase(90, 90, Description = "A retry is never sooner than Retry-After.")]
    [TestCase(1_000_000, 86_400, Description = "A retry waits at most one day.")]
    public void Retry_After_is_respected_within_bounds(int? asked, double seconds) =>
        Assert.That(
            Schedule.Next(1, 0.5, asked is { } value ? TimeSpan.FromSeconds(value) : null)!.Value.TotalSeconds,
            Is.EqualTo(seconds).Within(1e-6));

    [FsCheck.NUnit.Property]
    public bool A_delay_differs_from_the_schedule_by_at_most_a_fifth(byte attempt, FsCheck.NormalFloat fraction)
    {
        var schedule = RetrySchedule.TryParse(Default)!;
        var index = attempt % schedule.Delays.Count;
        var delay = schedule.Next(index + 1, Math.Abs(fraction.Get % 1))!.Value;
        return delay >= schedule.Delays[index] * 0.8 && delay <= schedule.Delays[index] * 1.2;
    }
}
