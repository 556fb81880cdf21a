using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Hosting;

/// <summary>One unexpected exception stops neither the host nor the loop it meets.</summary>
internal sealed class WorkerLoopTests
{
    [Test]
    public async Task A_loop_that_fails_says_so_and_goes_on()
    {
        var health = new LoopHealth();
        var release = new TaskCompletionSource();
        using var loop = new Loop(health, async turn =>
        {
            if (turn == 1) throw new InvalidOperationException("The unexpected.");
            await release.Task;
        });
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => health.Failing is ["test"], "the failure is seen");
        await Eventually.TrueAsync(() => loop.Turns == 2, "the loop turns again");
        release.SetResult();
        await Eventually.TrueAsync(() => health.Failing.Count == 0, "it has recovered");
        await loop.StopAsync(CancellationToken.None);
        Assert.That(loop.Stopped, Is.True, "it says farewell once it is stopped");
    }

    [Test]
    public async Task A_store_that_is_away_is_waited_for_and_is_no_failure()
    {
        var health = new LoopHealth();
        using var loop = new Loop(health, turn => turn == 1 ? throw new StoreUnavailableException("Away.") : Task.Delay(Timeout.Infinite));
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => loop.Turns == 2, "the loop turns again");
        Assert.That(health.Failing, Is.Empty);
    }

    [Test]
    public async Task A_loop_of_which_everything_fails_is_named_though_the_store_answers()
    {
        var (health, failure) = (new LoopHealth(), new InvalidOperationException("The unexpected."));
        using var loop = new Loop(health, turn => turn == 1 ? throw new EverythingFailsException(failure) : Task.Delay(Timeout.Infinite));
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => health.Failing is ["test"], "the failure is seen");
    }

    [Test]
    public void Every_background_service_is_such_a_loop()
    {
        var services = typeof(WorkerLoop).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(BackgroundService)));
        Assert.That(services.Where(type => !type.IsAssignableTo(typeof(WorkerLoop))), Is.Empty);
    }

    [Test]
    public async Task The_service_stays_up_and_readiness_names_what_fails()
    {
        await using var service =
            await TestService.StartAsync(adjust: builder => Intercepted.Add<IDatabase>(builder.Services, (_, arguments) =>
        {
            if (arguments is [Delegate { Target: { } caller }, ..] && caller.GetType().DeclaringType == typeof(JobStore))
                throw new InvalidDataException("A job that cannot be read.");
        }));
        var ready = await Eventually.GetAsync(
            () => service.GetAsync("/health/ready"), answer => answer.GetProperty("status").GetString() == "degraded",
                "the service says that work fails");
        Assert.That(
            ready.GetProperty("checks").GetProperty("failing").EnumerateArray().Select(name => name.GetString()),
            Is.EqualTo(new[] { "jobs" }));
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
