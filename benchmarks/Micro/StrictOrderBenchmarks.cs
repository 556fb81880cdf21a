using BenchmarkDotNet.Attributes;
using Dapper;
using HealthApi.Infrastructure;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Settings;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Benchmarks.Micro;

/// <summary>
/// The reads of a dispatcher turn for a subscription in strict order whose receiver is down: the first message of each account waits for
/// its retry, and all others are due behind it. The former statement ran in the writer's transaction, and other writers waited for it.
/// </summary>
[WarmupCount(1)]
[IterationCount(3)]
[InvocationCount(1)]
public class StrictOrderBenchmarks
{
    private const int Accounts = 1_000, Limit = 64;

    private const string Former = """
        SELECT d.seq FROM webhook_deliveries d
        JOIN webhook_messages m ON m.id = d.message_id
        WHERE d.subscription_id = @SubscriptionId AND d.status = 'pending' AND NOT EXISTS (
            SELECT 1
            FROM webhook_messages em
            JOIN webhook_deliveries e ON e.message_id = em.id
            WHERE em.account_id = m.account_id AND e.subscription_id = d.subscription_id AND e.status = 'pending' AND e.seq < d.seq)
          AND d.next_attempt_at <= @Now
        ORDER BY d.next_attempt_at, d.seq
        LIMIT @Limit
        """;

    // The first delivery of each account is due a day later.
    private const string Fill = """
        INSERT INTO webhook_subscriptions (id, url, event_types, enabled, strict_order, secrets, version, created_at, updated_at)
        VALUES ('wh', 'https://example.com', '[]', 1, 1, '', 1, @Now, @Now);
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @Pending - 1)
        INSERT INTO webhook_messages (id, type, account_id, created_at, body) SELECT 'msg-' || i, 'health.threshold_crossed',
            'acc-' || (i % @Accounts), @Now, '{}' FROM n;
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @Pending - 1)
        INSERT INTO webhook_deliveries (id, message_id, subscription_id, account_id, status, attempts, tries, created_at, next_attempt_at)
        SELECT 'dlv-' || i, 'msg-' || i, 'wh', 'acc-' || (i % @Accounts), 'pending', 0, 0, @Now, CASE WHEN i < @Accounts THEN @Later
            ELSE @Now END FROM n;
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("healthapi-strict-").FullName;
    private ServiceProvider _services = null!;
    private OutboxQueue _queue = null!;
    private IDatabase _database = null!;

    [Params(10_000, 100_000)]
    public int Pending { get; set; }

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        var settings =
            new Dictionary<string, string?> { ["Storage:ConnectionString"] = $"Data Source={Path.Combine(_folder, $"{Pending}.db")}" };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        _services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System)
            .AddHealthApiInfrastructure(new SettingReader(configuration)).BuildServiceProvider();
        _database = _services.GetRequiredService<IDatabase>();
        _queue = ActivatorUtilities.CreateInstance<OutboxQueue>(_services);
        await _database.MigrateAsync(CancellationToken.None);
        var parameters = new { Pending, Accounts, Samples.Now, Later = Samples.Now.AddDays(1) };
        await _database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(Fill, parameters, transaction), CancellationToken.None);
    }

    [GlobalCleanup]
    public void Remove()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true)]
    public Task<int> InTheTransactionWithoutIndex() => _database.WriteAsync(
        async transaction =>
            (await transaction.Connection!.QueryAsync<long>(Former, new { SubscriptionId = "wh", Samples.Now, Limit }, transaction))
                .Count(), CancellationToken.None);

    [Benchmark]
    public async Task<int> BeforeTheTransactionFromTheIndex() =>
        (await _queue.HeadsAsync("wh", Samples.Now, Limit, CancellationToken.None)).Candidates.Count;
}
