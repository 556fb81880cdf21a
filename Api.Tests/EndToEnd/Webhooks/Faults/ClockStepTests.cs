using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>A step of the clock causes no burst of requests and skips no retry.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClockStepTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task After_a_step_forward_a_due_retry_is_sent_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.DefaultAnswer = WebhookReceiver.Status(500);
        await using var service = await TestService.StartAsync(clock: _clock);
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("crs_1");
        await service.WaitForAttemptsAsync(id, 1);
        _clock.JumpTo(_clock.GetUtcNow() + Step);

        var log = await service.WaitForAttemptsAsync(id, 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(receiver.Received, Has.Count.EqualTo(2),
                "one retry is sent, although ten minutes contain two waits of the schedule");
            Assert.That(
                log.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow(),
                Is.InRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6)));
        }
    }

    [Test]
    public async Task After_a_step_back_a_retry_is_sent_later_and_new_messages_at_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Then(WebhookReceiver.Status(500));
        await using var service = await TestService.StartAsync(clock: _clock);
        var (id, secret) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("crs_1");
        var log = await service.WaitForAttemptsAsync(id, 1);
        _clock.JumpTo(_clock.GetUtcNow() - Step);
        await service.QueueAsync("crs_2");

        var fresh = (await receiver.WaitForAsync(2))[1];
        Assert.That(fresh.IsSignedBy(secret, _clock.GetUtcNow()), Is.True);
        Assert.That(fresh.MessageId, Is.EqualTo(WebhookScenario.IdOf("crs_2")));
        await service.AtRestAsync();
        _clock.MoveToNextAttempt(log);
        Assert.That((await receiver.WaitForAsync(3))[2].MessageId, Is.EqualTo(WebhookScenario.IdOf("crs_1")));
        await Eventually.GetAsync(
            () => service.DeliveriesAsync(id, "?status=delivered"), delivered => delivered.Count == 2, "both messages are delivered");
        await service.AtRestAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.That(receiver.Received, Has.Count.EqualTo(3), "no message is sent twice");
    }

    [Test]
    public async Task After_a_step_back_at_most_one_budget_is_sent_at_once()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await TestService.StartAsync(clock: _clock);
        var (id, _) = await service.SubscribeAsync(receiver.Url, maxPerMinute: 5);
        await service.QueueAsync(Enumerable.Range(0, 20).Select(number => $"crs_{number}"));
        await Eventually.GetAsync(
            () => service.DeliveriesAsync(id, "?status=delivered"), delivered => delivered.Count == 5, "the budget of the minute is sent");
        await service.AtRestAsync();
        _clock.JumpTo(_clock.GetUtcNow() - Step);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => _clock.ActiveTimers > 0, "the dispatcher sleeps");

        Assert.That(receiver.Received, Has.Count.LessThanOrEqualTo(10));
        await Eventually.GetAsync(() => AdvanceAndCountAsync(service, id), delivered => delivered == 20, "all messages are delivered");
    }

    /// <summary>
    /// Waits until no delivery is claimed, advances the clock by less than a timeout, and returns the number of delivered messages.
    /// </summary>
    private async Task<int> AdvanceAndCountAsync(TestService service, string id)
    {
        await service.AtRestAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        return (await service.DeliveriesAsync(id, "?status=delivered")).Count;
    }
}
