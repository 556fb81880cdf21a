using System.Text;
using Dapper;
using HealthApi.Core.Events;
using HealthApi.Infrastructure;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>The processing side of the service on a real store, without HTTP and without background work.</summary>
internal sealed class Pipeline : IDisposable
{
    /// <summary>All crossings, by account and sequence.</summary>
    public const string Crossings = "SELECT id, account_id, sequence, threshold, direction FROM crossings ORDER BY account_id, sequence";

    private readonly TestStore _store;
    private readonly TimeProvider _clock;
    private readonly bool _owner;
    private readonly ServiceProvider _services;

    private Pipeline(TestStore store, TimeProvider clock, bool owner, Action<IServiceCollection>? adjust = null)
    {
        (_store, _clock, _owner) = (store, clock, owner);
        var configuration = new ConfigurationBuilder().AddCommandLine([.. _store.Settings.Select(setting => "--" + setting)]).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton(clock)
            .AddHealthApiInfrastructure(new SettingReader(configuration));
        adjust?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    private IDatabase Database => _services.GetRequiredService<IDatabase>();

    /// <param name="adjust">Replaces registered services before the provider is built.</param>
    public static async Task<Pipeline> CreateAsync(
        TimeProvider clock, StoreKind kind = StoreKind.Sqlite, Action<IServiceCollection>? adjust = null)
    {
        var pipeline = new Pipeline(TestStore.Create(kind), clock, owner: true, adjust);
        await pipeline.Database.MigrateAsync(CancellationToken.None);
        return pipeline;
    }

    /// <summary>A second pipeline on the same store, as in another process: it shares nothing in memory.</summary>
    public Pipeline Another() => new(_store, _clock, owner: false);

    /// <summary>Reads the JSON of an event as the API does.</summary>
    public static EventEnvelope Envelope(string json, DateTimeOffset now)
    {
        var reading = EventReader.Read(Encoding.UTF8.GetBytes(json), new EventContext(now, TimeSpan.FromDays(400), "test", null, null));
        return reading.Envelope ?? throw new ArgumentException($"{json}: {string.Join(", ", reading.Errors)}");
    }

    public Task ProcessAsync(IEnumerable<EventEnvelope> batch) =>
        _services.GetRequiredService<EventBatchProcessor>().ProcessAsync([.. batch], CancellationToken.None);

    public Task IntakeAsync(params ReadOnlyMemory<byte>[] payloads) =>
        IntakeAsync([.. payloads.Select(payload => new LaneMessage(payload))]);

    public Task IntakeAsync(params LaneMessage[] messages) =>
        _services.GetRequiredService<EventIntake>().ProcessAsync(messages, CancellationToken.None);

    /// <summary>Restates the history of every account with late events.</summary>
    public async Task RestateAsync(DateTimeOffset now)
    {
        var policy = await _services.GetRequiredService<EvaluationPolicies>().CurrentAsync(CancellationToken.None);
        while (await _services.GetRequiredService<Restatements>().RestateOneAsync(policy, now, CancellationToken.None))
        {
            // Each call restates one account.
        }
    }

    /// <summary>The only column of a query's rows.</summary>
    public Task<IReadOnlyList<DateTimeOffset?>> InstantsAsync(string sql) => Database.ReadAsync<IReadOnlyList<DateTimeOffset?>>(
        async connection => [.. (await connection.QueryAsync<ValueTuple<DateTimeOffset?>>(sql)).Select(row => row.Item1)],
        CancellationToken.None);

    /// <summary>The rows of a query as text, to compare two stores.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql) => await Database.ReadAsync<IReadOnlyList<string>>(
        async connection =>
            [.. (await connection.QueryAsync(sql))
                .Select(row => string.Join(" | ", ((IDictionary<string, object?>)row).Values.Select(Show)))],
        CancellationToken.None);

    public void Dispose()
    {
        _services.Dispose();
        if (_owner) _store.Dispose();
    }

    private static string Show(object? value) => value is byte[] bytes ? Convert.ToHexString(bytes) : value?.ToString() ?? "null";
}
