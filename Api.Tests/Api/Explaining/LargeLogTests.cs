using System.Net;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Events;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Api.Explaining;

/// <summary>
/// Questions about the past of large accounts run a few at a time; beyond the queue they are answered 503 with Retry-After.
/// </summary>
public sealed class LargeLogTests
{
    private const int Request = 5_000;

    [TestCase("/v1/accounts/acme/health?at=")]
    [TestCase("/v1/accounts/acme/churn-risk?at=")]
    [TestCase("/v1/accounts/acme/signals?at=")]
    [TestCase("/v1/accounts/acme/health/history?asKnownAt=")]
    [TestCase("/v1/accounts/acme/health/changes?from=")]
    public async Task A_replay_of_a_large_log_beyond_the_queue_is_503_with_Retry_After(string path)
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(clock: clock);
        for (var part = 0; part * Request <= ReplayGate.FreeEvents; part++)
        {
            var from = part * Request;
            await service.PostAsync(
                "/v1/events",
                Enumerable.Range(from, Request)
                .Select(
                    number => Event($"e{number}", "usage.login", clock.GetUtcNow().AddDays(-3).AddSeconds(number), new { userId = "u1" })));
        }

        await service.SettledAsync();
        var gate = service.Services.GetRequiredService<ReplayGate>();
        var turns = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2) + ReplayGate.MostWaiting)
            .Select(_ => gate.Begin(patient: false)).ToList();
        var entered = turns.Select(turn => turn.CountAsync(ReplayGate.FreeEvents + 1, CancellationToken.None).AsTask()).ToList();
        using (var busy = await service.Client.GetAsync(path + At(clock.GetUtcNow().AddDays(-1))))
        {
            Assert.That(busy.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(busy.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        for (var index = 0; index < turns.Count; index++)
        {
            await entered[index];
            turns[index].Dispose();
        }

        using var answer = await service.Client.GetAsync(path + At(clock.GetUtcNow().AddDays(-1)));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }
}
