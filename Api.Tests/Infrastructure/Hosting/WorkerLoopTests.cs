using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Hosting;

/// <summary>An unexpected exception stops neither the host nor the loop in which it occurs.</summary>
internal sealed class WorkerLoopTests
{
    [Test]
    public async Task A_loop_that_fails_reports_it_and_continues()
    {
        var health = new LoopHealth();
        var release = new TaskCompletionSource();
        using var loop = new Loop(health, async turn =>
        {
            if (turn == 1) throw new InvalidOperationException("Unexpected failure.");
            await release.Task;
        });
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => health.Failing is ["test"], "the failure is reported");
        await Eventually.TrueAsync(() => loop.Turns == 2, "the loop runs another turn");
        release.SetResult();
        await Eventually.TrueAsync(() => health.Failing.Count == 0, "the loop has recovered");
        await loop.StopAsync(CancellationToken.None);
        Assert.That(loop.Stopped, Is.True, "StoppedAsync runs once the loop is stopped");
    }

    [Test]
    public async Task A_loop_waits_for_an_unavailable_store_and_reports_no_failure()
    {
        var health = new LoopHealth();
        using var loop = new Loop(health, turn => turn == 1 ? throw new StoreUnavailableException("Gone.") : Task.Delay(Timeout.Infinite));
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => loop.Turns == 2, "the loop runs another turn");
        Assert.That(health.Failing, Is.Empty);
    }

    [Test]
    public async Task A_loop_in_which_everything_fails_is_reported_although_the_store_answers()
    {
        var (health, failure) = (new LoopHealth(), new InvalidOperationException("Unexpected failure."));
        using var loop = new Loop(health, turn => turn == 1 ? throw new EverythingFailsException(failure) : Task.Delay(Timeout.Infinite));
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => health.Failing is ["test"], "the failure is reported");
    }

    [Test]
    public void Every_background_service_is_a_worker_loop()
    {
        var services = typeof(WorkerLoop).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(BackgroundService)));
        Assert.That(services.Where(type => !type.IsAssignableTo(typeof(WorkerLoop))), Is.Empty);
    }

    [Test]
    public async Task The_service_stays_up_and_readiness_names_the_failing_loop()
    {
        await using var service =
            await TestService.StartAsync(adjust: builder => Intercepted.Add<IDatabase>(builder.Services, (_, arguments) =>
        {
            if (arguments is [Delegate { Target: { } caller }, ..] && caller.GetType().DeclaringType == typeof(JobStore))
                throw new InvalidDataException("A job that cannot be read.");
        }));
        var ready = await Eventually.GetAsync(
            () => service.GetAsync("/health/ready"),
            answer => answer.GetProperty("checks").GetProperty("failing").GetArrayLength() == 2, "readiness reports both failures");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ready.GetProperty("status").GetString(), Is.EqualTo("degraded"));
            Assert.That(
                ready.GetProperty("checks").GetProperty("failing").EnumerateArray().Select(name => name.GetString()),
                Is.EquivalentTo(new[] { "jobs", "long_jobs" }));
        }

        await service.PostAsync("/v1/events", new { id = "e1", type = "usage.login", accountId = "acme", data = new { userId = "u1" } });
        await service.SettledAsync();
    }

    private sealed class Loop(LoopHealth health, Func<int, Task> turn) : WorkerLoop("test", health, NullLogger.Instance)
    {
        private int _turns;

        public int Turns => Volatile.Read(ref _turns);

        public bool Stopped { get; private set; }

        protected override Task TurnAsync(CancellationToken stopping) => turn(Interlocked.Increment(ref _turns)).WaitAsync(stopping);

        protected override Task StoppedAsync()
        {
            Stopped = true;
            return Task.CompletedTask;
        }
    }
}
