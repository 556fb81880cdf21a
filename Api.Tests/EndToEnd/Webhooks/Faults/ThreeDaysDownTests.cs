using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>A receiver that is down for three days gets each message ten times, at the times of the schedule.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ThreeDaysDownTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan[] Schedule =
    [
        new(0, 0, 5), new(0, 5, 0), new(0, 30, 0), new(2, 0, 0), new(5, 0, 0), new(10, 0, 0), new(14, 0, 0), new(20, 0, 0), new(24, 0, 0),
    ];

    private static readonly TestCaseData[] Faults =
    [
        new TestCaseData(WebhookReceiver.Status(500), TimeSpan.Zero) { TestName = "A_receiver_that_answers_500_gets_ten_attempts" },
        new TestCaseData(WebhookReceiver.Status(404), TimeSpan.Zero) { TestName = "A_receiver_that_answers_404_gets_ten_attempts" },
        new TestCaseData(WebhookReceiver.Reset(), TimeSpan.Zero) { TestName = "A_receiver_that_resets_the_connection_gets_ten_attempts" },
        new TestCaseData(WebhookReceiver.Hang(), Deadline) { TestName = "A_receiver_that_never_answers_gets_ten_attempts" },
    ];

    private readonly ManualTimeProvider _clock = new();

    [TestCaseSource(nameof(Faults))]
    public async Task A_receiver_that_is_down_gets_ten_attempts(Answer answer, TimeSpan lasts)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = answer;
        await using var service = await TestService.StartAsync(clock: _clock);
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("crs_1");

        for (var attempt = 1; attempt <= Schedule.Length + 1; attempt++)
        {
            await receiver.WaitForAsync(attempt);
            if (lasts > TimeSpan.Zero) _clock.Advance(lasts);
            var log = await service.WaitForAttemptsAsync(id, attempt);
            Assert.That(receiver.Received, Has.Count.EqualTo(attempt), "each attempt is one request, at the time of the schedule");
            if (attempt > Schedule.Length)
            {
                Assert.That(log.GetProperty("status").GetString(), Is.EqualTo("failed"), "the delivery is kept as failed");
                break;
            }

            var wait = log.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow();
            Assert.That(wait, Is.InRange(Schedule[attempt - 1] * 0.8, Schedule[attempt - 1] * 1.2), $"after attempt {attempt}");
            _clock.MoveToNextAttempt(log);
        }

        _clock.Advance(TimeSpan.FromHours(20));
        Assert.That(receiver.Received, Has.Count.EqualTo(10), "no more than ten attempts");
    }
}
