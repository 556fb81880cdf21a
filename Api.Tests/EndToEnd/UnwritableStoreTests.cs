using System.Data.Common;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.Embedded;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>A process whose store can be read but not written is not ready, because it cannot store events.</summary>
internal sealed class UnwritableStoreTests
{
    private readonly ManualTimeProvider _clock = new();
    private FullStore _store = null!;
    private FullLanes _lanes = null!;
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await StartServiceAsync();
        _service.Services.GetRequiredService<ILaneTable>();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _service.DisposeAsync();
        _lanes.Dispose();
    }

    [Test]
    public async Task A_service_with_a_full_store_is_not_ready_until_writes_succeed_again()
    {
        Assert.That(await ReadyAsync(), Is.EqualTo("200 ready, store reachable"));
        _store.IsFull = true;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await ReadyAsync(), Is.EqualTo("503 unavailable, store unwritable"));
        _store.IsFull = false;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await ReadyAsync(), Is.EqualTo("200 ready, store reachable"));
    }

    [Test]
    public async Task A_service_whose_store_denies_writes_is_not_ready()
    {
        _store.IsFull = true;
        _store.Failure = new SqliteException("The UPDATE permission was denied.", 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await ReadyAsync(), Is.EqualTo("503 unavailable, store unwritable"));
    }

    [Test]
    public async Task A_service_with_a_full_lane_table_is_not_ready()
    {
        _lanes.IsFull = true;
        Assert.That(await ReadyAsync(), Does.StartWith("503 unavailable"));
    }

    [Test]
    public async Task Frequent_readiness_requests_cause_no_additional_writes()
    {
        await ReadyAsync();
        var before = _store.Writes;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ReadyAsync()));
        Assert.That(_store.Writes - before, Is.Zero, "the last result is reused");
    }

    [Test]
    public async Task A_readiness_request_does_not_wait_for_a_busy_writer()
    {
        await ReadyAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        _store.Busy = new TaskCompletionSource();
        var ready = ReadyAsync();
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return ready.IsCompleted;
            },
            "the answer does not wait for the writer");
        Assert.That(_store.Waiting, Is.EqualTo(1), "the probe waits for the writer");
        Assert.That(await ready, Is.EqualTo("200 ready, store reachable"), "a busy store counts as reachable");
        _store.Busy.SetResult();
    }

    private Task<TestService> StartServiceAsync() => TestService.StartAsync(["Roles=api"], _clock, adjust: builder =>
    {
        builder.Services.AddSingleton<IDatabase>(provider => _store = new FullStore(provider.GetRequiredService<SqliteDatabase>()));
        builder.Services.AddSingleton<ILaneTable>(provider => _lanes = new FullLanes(
            new SqliteLaneTable(provider.GetRequiredService<SqliteDatabase>().FilePath, provider.GetRequiredService<TimeProvider>())));
    });

    private async Task<string> ReadyAsync()
    {
        using var response = await _service.Client.GetAsync("/health/ready");
        var body = await response.ReadJsonAsync();
        return $"{(int)response.StatusCode} {body.GetProperty("status").GetString()}, store {body.GetProperty("checks").GetProperty("store").GetString()}";
    }

    private sealed class FullStore(IDatabase store) : IDatabase
    {
        private int _writes, _waiting;

        public bool IsFull { get; set; }

        public Exception Failure { get; set; } = new StoreUnavailableException("It is full.");

        public TaskCompletionSource? Busy { get; set; }

        public int Writes => _writes;

        public int Waiting => _waiting;

        public string Location => store.Location;

        public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellation) =>
            store.ReadAsync(read, cancellation);

        public async Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _writes);
            if (Busy is { } busy)
            {
                Interlocked.Increment(ref _waiting);
                await busy.Task;
            }

            return IsFull ? throw Failure : await store.WriteAsync(work, cancellation);
        }

        public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
    }

    private sealed class FullLanes(SqliteLaneTable table) : ILaneTable, IDisposable
    {
        public bool IsFull { get; set; }

        public Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation) =>
            IsFull ? throw Full() : table.AppendAsync(batches, cancellation);

        public Task<IReadOnlyList<StoredLaneBatch>> TakeAsync(int maxEvents, CancellationToken cancellation) =>
            table.TakeAsync(maxEvents, cancellation);

        public Task RenewAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation) => Task.CompletedTask;

        public Task RemoveAsync(IReadOnlyList<StoredLaneBatch> batches, CancellationToken cancellation) =>
            table.RemoveAsync(batches, cancellation);

        public Task ReleaseAsync(CancellationToken cancellation) => table.ReleaseAsync(cancellation);

        public Task<LaneRow> LastAsync(CancellationToken cancellation) => table.LastAsync(cancellation);

        public Task<LaneBacklog> BacklogAsync(CancellationToken cancellation) => table.BacklogAsync(cancellation);

        public Task ProbeAsync(CancellationToken cancellation) => IsFull ? throw Full() : table.ProbeAsync(cancellation);

        public void Dispose() => table.Dispose();

        private static StoreUnavailableException Full() => new("It is full.");
    }
}
