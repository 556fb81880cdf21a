using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Jobs;

/// <summary>Jobs are durable: one worker at a time runs a job, and when it dies, another one continues at its position.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class JobTests(StoreKind kind) : StoreFixture(kind), IDisposable
{
    private const int Accounts = 250;

    private readonly ManualTimeProvider _clock = new();
    private readonly TestStore _store = TestStore.Create(kind);

    public void Dispose() => _store.Dispose();

    [Test]
    public async Task The_job_of_a_dead_worker_continues_at_its_position()
    {
        string jobId;
        await using (var api = await TestService.StartAsync(Kind, ["Roles=api"], _clock, store: _store))
        {
            jobId = await RequestJobAsync(api);
            var (jobs, database) = (api.Services.GetRequiredService<JobStore>(), api.Services.GetRequiredService<IDatabase>());
            var claimed = await jobs.ClaimAsync("dead", RescoreKinds.All, CancellationToken.None);
            var run = new JobRun(claimed!, "dead", jobs, database);
            await run.ReachAsync(
                claimed! with { Position = Id(100), Done = 100, Total = Accounts, Result = """{"accounts":100,"moved":0,"crossings":0}""" },
                CancellationToken.None);
            Assert.That(
                await jobs.ClaimAsync("other", RescoreKinds.All, CancellationToken.None), Is.Null,
                "while the lease holds, no other worker can claim the job");
            Assert.That((await api.GetAsync("/v1/jobs/" + jobId)).GetProperty("progress").GetDouble(), Is.EqualTo(0.4));

            _clock.Advance(TimeSpan.FromSeconds(31));
            Assert.That((await jobs.ClaimAsync("third", RescoreKinds.All, CancellationToken.None))?.Position, Is.EqualTo(Id(100)));
            Assert.That(
                () => run.ReachAsync(run.Job with { Done = 200 }, CancellationToken.None), Throws.InstanceOf<JobLostException>(),
                "the former owner can no longer write progress");
            await jobs.ReleaseAsync(jobId, "third", CancellationToken.None);
        }

        await using var worker = await TestService.StartAsync(Kind, clock: _clock, store: _store);
        var done = await worker.FinishedAsync(jobId);
        Assert.That(
            done.GetProperty("result").GetProperty("accounts").GetInt32(), Is.EqualTo(Accounts - 1),
            "the 100 that the dead worker reported, and those after its position");
    }

    [Test]
    public async Task Several_workers_run_a_job_only_once()
    {
        string jobId;
        await using (var api = await TestService.StartAsync(Kind, ["Roles=api"], _clock, store: _store)) jobId = await RequestJobAsync(api);
        await using var one = await TestService.StartAsync(Kind, clock: _clock, store: _store);
        await using var two = await TestService.StartAsync(Kind, clock: _clock, store: _store);
        var done = await one.FinishedAsync(jobId);
        Assert.That(done.GetProperty("result").GetProperty("accounts").GetInt32(), Is.EqualTo(Accounts));
    }

    [Test]
    public async Task A_failed_job_has_an_error_without_the_text_of_the_exception()
    {
        await using var service = await TestService.StartAsync(Kind,
            adjust: builder => builder.Services.AddSingleton(
                new JobKind("broken", (_, _) => throw new InvalidOperationException("secret"))));
        var jobs = service.Services.GetRequiredService<JobStore>();
        var jobId = await service.Database.WriteAsync(transaction => jobs.AddAsync(transaction, "broken", new { }), CancellationToken.None);
        service.Services.GetRequiredService<JobSignal>().Set();
        var job = await Eventually.GetAsync(
            () => service.GetAsync("/v1/jobs/" + jobId), seen => seen.GetProperty("status").GetString() == "failed", "the job fails");
        Assert.That(job.GetProperty("error").GetString(), Is.Not.Empty.And.Not.Contain("secret"));
    }

    private static string Id(int number) => $"acc-{number:000}";

    private static async Task<string> RequestJobAsync(TestService service)
    {
        await service.PostAsync(
            "/v1/accounts:batch", new { accounts = Enumerable.Range(0, Accounts).Select(number => new { id = Id(number) }) });
        await service.PutDocumentAsync("/v1/models/strict", PolicyRequests.Strict);
        return (await service.PostAsync("/v1/models/strict/activate", new { })).GetProperty("id").GetString()!;
    }
}
