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
/// Receivers that cannot be connected to: half refuse the connection, and for half it is not made in time. Each message is attempted ten
/// times, at the times of the schedule, for any number of receivers. The test moves the clock; only the HTTP client's connect timeout uses
/// the system clock.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UnreachableTests
{
    private const int Receivers = 40;

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
    public async Task A_connection_that_is_not_made_in_time_is_a_failed_attempt()
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
                Is.InRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)), "the first wait of the schedule");
        }
    }

    [Test]
    public async Task Each_of_forty_receivers_gets_ten_attempts_at_the_times_of_the_schedule()
    {
        await SubscribeAllAsync();
        await _service.QueueAsync("crs_1");
        for (var attempt = 1; attempt <= Schedule.Length + 1; attempt++)
        {
            var deliveries = await TriedAsync(attempt);
            Assert.That(deliveries.Select(delivery => delivery.Attempts), Is.All.EqualTo(attempt), "no attempt begins before its time");
            Assert.That(
                await _service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_attempts"), Is.EqualTo(Receivers * attempt),
                "each attempt is stored");
            if (attempt > Schedule.Length)
            {
                Assert.That(deliveries.Select(delivery => delivery.Status), Is.All.EqualTo("failed"), "the deliveries are kept as failed");
                break;
            }

            var waits = deliveries.Select(delivery => delivery.NextAttemptAt!.Value - _clock.GetUtcNow());
            Assert.That(waits, Is.All.InRange(Schedule[attempt - 1] * 0.8, Schedule[attempt - 1] * 1.2), $"after attempt {attempt}");
            _clock.MoveTo(deliveries.Max(delivery => delivery.NextAttemptAt!.Value));
        }
    }

    [Test]
    public async Task Each_of_forty_receivers_is_paused_after_ten_failures_in_a_row()
    {
        await SubscribeAllAsync();
        await _service.QueueAsync(Enumerable.Range(0, 30).Select(number => $"crs_{number}"));
        await Eventually.GetAsync(
            () => _service.Database.ScalarAsync<long>(
                "SELECT COUNT(*) FROM (SELECT subscription_id FROM webhook_deliveries GROUP BY subscription_id HAVING SUM(attempts) >= "
                    + "10) AS tried"),
            tried => tried == Receivers,
            "each receiver has ten attempts");
        await _service.AtRestAsync();
        var perReceiver = await QueryAsync<long>("SELECT SUM(attempts) FROM webhook_deliveries GROUP BY subscription_id");
        Assert.That(perReceiver, Is.All.InRange(10, 14), "ten failures open the circuit; only attempts that had begun are added");
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
        for (var receiver = 0; receiver < Receivers; receiver++)
        {
            await _service.SubscribeAsync(
                receiver % 2 == 0 ? new Uri($"http://silent-{receiver}.test/")
                : new Uri($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/{receiver}"));
        }

        _silent = true;
    }

    /// <summary>Waits until every delivery has this many stored attempts and is not claimed.</summary>
    private async Task<IReadOnlyList<Tried>> TriedAsync(int attempts) => await Eventually.GetAsync(
        async () =>
            (await QueryAsync<Tried>(
                "SELECT status AS Status, attempts AS Attempts, next_attempt_at AS NextAttemptAt, lease_owner AS LeaseOwner FROM "
                    + "webhook_deliveries")).ToList(),
        found => found.Count == Receivers && found.TrueForAll(delivery => delivery.Attempts >= attempts && delivery.LeaseOwner is null),
        $"each receiver has {attempts} attempts");

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
