using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.Embedded;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;
using HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq;

/// <summary>The publisher of a process with a real lane table, and as many workers as a test starts.</summary>
internal sealed class LaneRig : IAsyncDisposable
{
    public const int Lanes = 8;

    private readonly TempFolder _folder = new();
    private readonly SqliteLaneTable _table;
    private readonly RabbitMqBus _buses;
    private readonly SqliteDatabase _store;
    private readonly IOptions<MessagingOptions> _options;
    private readonly List<LaneConsumers> _workers = [];

    public LaneRig(string uri, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        _options = Options.Create(new MessagingOptions { Partitions = Lanes, RabbitMq = new RabbitMqOptions { Uri = uri } });
        _table = new SqliteLaneTable(_folder.File("health.db"), time);
        _buses = new RabbitMqBus(_options.Value.RabbitMq, NullLoggerFactory.Instance);
        Broker = new BrokerView(uri);
        _store = new SqliteDatabase($"Data Source={_folder.File("health.db")}");
        Partitions = new LanePartitions(_store, FindNoMore, _options, new LoopHealth(), NullLogger<LanePartitions>.Instance);
        Transport = new RabbitMqTransport(
            _buses, _options, Partitions, Process, _table, NoProgress, new LaneSignal(time), time, NullLogger<RabbitMqTransport>.Instance);
    }

    /// <summary>No worker has written the progress of its lanes.</summary>
    private static ReadLaneProgress NoProgress { get; } =
        _ => Task.FromResult<IReadOnlyDictionary<int, DateTimeOffset>>(new Dictionary<int, DateTimeOffset>());

    private static FindLanes FindNoMore { get; } = (known, _) => Task.FromResult(known);

    public BrokerView Broker { get; }

    public RabbitMqTransport Transport { get; }

    public AcceptingProcess Process { get; } = new();

    public LanePartitions Partitions { get; }

    public LoopHealth Health { get; } = new();

    /// <summary>Creates a connected rig on an empty virtual host of the shared broker.</summary>
    public static async Task<LaneRig> StartAsync(TimeProvider? clock = null)
    {
        var rig = new LaneRig(RabbitMqBroker.Shared.NewUri(), clock);
        await rig.Transport.StartAsync(CancellationToken.None);
        Assert.That(await rig.Transport.IsReachableAsync(CancellationToken.None), Is.True, "the broker runs, so it confirms");
        return rig;
    }

    /// <summary>One event in one batch; <paramref name="number"/> becomes its id.</summary>
    public static LaneBatch Batch(int lane, int number) => new(lane, 1, EventBatchCodec.Encode([Event(lane, number)]));

    public static EventEnvelope Event(int lane, int number) => new()
    {
        Source = "rig",
        Id = $"{number}",
        Type = EventType.UsageLogin,
        AccountId = $"lane-{lane}",
        OccurredAt = DateTimeOffset.UnixEpoch,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        ContentHash = number,
        Data = "{}"u8.ToArray(),
    };

    public Task AppendAsync(int lane, params int[] numbers) =>
        Transport.AppendAsync([.. numbers.Select(number => Batch(lane, number))], CancellationToken.None);

    public async Task<int[]> SpilledAsync() =>
    [
        .. (await _table.TakeAsync(int.MaxValue, CancellationToken.None))
            .SelectMany(stored => EventBatchCodec.Decode(stored.Batch.Payload)).Select(envelope => int.Parse(envelope.Id)),
    ];

    /// <param name="probe">Checks whether the store accepts writes; by default it does.</param>
    public async Task<LaneConsumers> StartWorkerAsync(LaneHandler handler, StoreProbe? probe = null, TimeProvider? clock = null)
    {
        var (answers, time) = (probe ?? (_ => Task.CompletedTask), clock ?? TimeProvider.System);
        var worker = new LaneConsumers(_buses, Partitions, handler, answers, Health, time, NullLogger<LaneConsumers>.Instance);
        _workers.Add(worker);
        await worker.StartAsync(CancellationToken.None);
        return worker;
    }

    public Task UntilReadyAsync(string queue, uint count) =>
        Eventually.GetAsync(() => Broker.ReadyAsync(queue), ready => ready == count, $"{count} messages in {queue}");

    public Task UntilReachableAsync() => Eventually.GetAsync(
        () => Transport.IsReachableAsync(CancellationToken.None), reachable => reachable, "the broker confirms");

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();

        await Transport.DisposeAsync();
        _table.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }
}
