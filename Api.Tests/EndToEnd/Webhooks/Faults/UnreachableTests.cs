using System.Net;
using System.Net.Sockets;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Webhooks.Sending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>
/// Endpoints to which no connection comes about: half refuse it, and of half the connection is not there in time. Each message is tried ten
/// times, when the schedule says, however many endpoints there are. The clock is moved by hand; only the HTTP client's own limit on
/// connecting runs by the machine's.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UnreachableTests
{
    private const int Endpoints = 40;

    private static readonly TimeSpan[] Schedule =
    [
        new(0, 0, 5), new(0, 5, 0), new(0, 30, 0), new(2, 0, 0), new(5, 0, 0), new(10, 0, 0), new(14, 0, 0), new(20, 0, 0), new(24, 0, 0),
    ];

    private readonly ManualTimeProvider _clock = new();
    private bool _silent;
    private TestService _service = null!;

    [SetUp]
    public async Task SetUp() => _service = await TestService.StartAsync(
        ["Webhooks:Timeout=00:00:01"], _clock,
            adjust: builder => builder.Services.Replace(ServiceDescriptor.Singleton<HostResolver>(ResolveAsync)));

    [TearDown]
    public ValueTask TearDown() => _service.DisposeAsync();

    [Test]
    public async Task A_connection_that_is_not_there_in_time_is_an_attempt_like_any_other()
    {
        var (id, _) = await _service.SubscribeAsync(new Uri("http://silent.test/"));
        _silent = true;
        await _service.QueueAsync("crs_1");

        var log = await _service.WaitForAttemptsAsync(id, 1);
        var attempt = log.GetProperty("attempts")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempt.GetProperty("error").GetString(), Is.EqualTo("timeout"));
            Assert.That(attempt.GetProperty("number").GetInt32(), Is.EqualTo(1));
            Assert.That(
                log.GetProperty("nextAttemptAt").GetDateTimeOffset() - _clock.GetUtcNow(),
                Is.InRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)), "the schedule's first wait");
        }
    }

    [Test]
    public async Task Each_of_forty_gets_a_message_ten_times_when_the_schedule_says()
    {
        await SubscribeAllAsync();
        await _service.QueueAsync("crs_1");
        for (var attempt = 1; attempt <= Schedule.Length + 1; attempt++)
        {
            var deliveries = await TriedAsync(attempt);
            Assert.That(deliveries.Select(delivery => delivery.Attempts), Is.All.EqualTo(attempt), "none is tried before its time");
            Assert.That(
                await _service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_attempts"), Is.EqualTo(Endpoints * attempt),
                "each attempt is in the log");
            if (attempt > Schedule.Length)
            {
                Assert.That(deliveries.Select(delivery => delivery.Status), Is.All.EqualTo("failed"), "kept, not dropped");
                break;
            }

            var waits = deliveries.Select(delivery => delivery.NextAttemptAt!.Value - _clock.GetUtcNow());
            Assert.That(waits, Is.All.InRange(Schedule[attempt - 1] * 0.8, Schedule[attempt - 1] * 1.2), $"after attempt {attempt}");
            _clock.MoveTo(deliveries.Max(delivery => delivery.NextAttemptAt!.Value));
        }
    }

    [Test]
    public async Task Each_of_forty_is_left_alone_after_ten_failures_in_a_row_however_many_messages_wait()
    {
        await SubscribeAllAsync();
        await _service.QueueAsync(Enumerable.Range(0, 30).Select(number => $"crs_{number}"));
        await Eventually.GetAsync(
            () => _service.Database.ScalarAsync<long>(
                "SELECT COUNT(*) FROM (SELECT subscription_id FROM webhook_deliveries GROUP BY subscription_id HAVING SUM(attempts) >= "
                    + "10) AS tried"),
            tried => tried == Endpoints,
            "ten attempts at each");
        await _service.AtRestAsync();
        var perEndpoint = await QueryAsync<long>("SELECT SUM(attempts) FROM webhook_deliveries GROUP BY subscription_id");
        Assert.That(perEndpoint, Is.All.InRange(10, 14), "ten failures open the circuit; only what was under way comes on top");
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (_silent) await Task.Delay(Timeout.Infinite, cancellation);
        return [IPAddress.Loopback];
    }

    private async Task SubscribeAllAsync()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        for (var endpoint = 0; endpoint < Endpoints; endpoint++)
            await _service.SubscribeAsync(
                endpoint % 2 == 0 ? new Uri($"http://silent-{endpoint}.test/")
                : new Uri($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/{endpoint}"));
        _silent = true;
    }

    /// <summary>Waits until every delivery has been tried so often and is written.</summary>
    private async Task<IReadOnlyList<Tried>> TriedAsync(int attempts) => await Eventually.GetAsync(
        async () =>
            (await QueryAsync<Tried>(
                "SELECT status AS Status, attempts AS Attempts, next_attempt_at AS NextAttemptAt, lease_owner AS LeaseOwner FROM "
                    + "webhook_deliveries")).ToList(),
        found => found.Count == Endpoints && found.TrueForAll(delivery => delivery.Attempts >= attempts && delivery.LeaseOwner is null),
        $"{attempts} attempts at each");

    private Task<IEnumerable<T>> QueryAsync<T>(string sql) =>
        _service.Database.ReadAsync(connection => connection.QueryAsync<T>(sql), CancellationToken.None);

    private sealed record Tried
    {
        public string Status { get; init; } = "";

        public long Attempts { get; init; }

        public DateTimeOffset? NextAttemptAt { get; init; }

        public string? LeaseOwner { get; init; }
    }
}
