using HealthApi.Core.Events;
using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>Events are unreadable, held for too long, sent twice, shuffled or delivered again and again.</summary>
internal static class MessageRows
{
    private const int InBatch = 100;

    public static IEnumerable<FaultRow> All { get; } =
    [
        new("11", "poison, 1 of 100", PoisonedAsync),
        new("12", "consumer hangs past the broker's timeout", HangingAsync),
        new("13", "every event twice, shuffled", ShuffledAsync),
        new("14", "every batch fails for a minute", StormAsync),
    ];

    /// <summary>Batches of a hundred in the lane table, each with one event whose data cannot be parsed.</summary>
    private static async Task<FaultResult> PoisonedAsync(FaultBed bed)
    {
        var batches = bed.Times(20, 4);
        await using var scene = await Scene.OpenAsync(bed, []);
        using var senders = scene.Send();
        for (var batch = 0; batch < batches; batch++) scene.Ledger.Acknowledge(Insert(scene.Database, batch));
        await Task.Delay(TimeSpan.FromSeconds(2));
        await senders.StopAsync();
        scene.Ledger.FaultEnds();
        var result = await Settlement.OfAsync(scene);
        var parked = (await scene.StatsAsync()).GetProperty("parked").GetInt64();
        return (result with { Extra = $"{parked} parked of {batches} poisoned, {parked - batches} other events" })
            .Expect(parked == batches, "other events were parked, or an unreadable one was not");
    }

    private static async Task<FaultResult> HangingAsync(FaultBed bed)
    {
        var patience = bed.Times(60, 8);
        bed.Broker.Control(
            "eval",
            $"application:set_env(rabbit, consumer_timeout, {patience * 1000}), application:set_env(rabbit, channel_tick_interval, 2000).");
        try
        {
            var consumers = 0;
            var settings = bed.OverBroker();
            var result = await BrokerRows.DuringAsync(
                bed,
                async scene =>
                {
                    await using (await StoreLock.TakeAsync(scene.Database)) await Task.Delay(TimeSpan.FromSeconds(patience + 12));
                    scene.Ledger.FaultEnds();
                    await Settlement.UntilAsync(() => Task.FromResult((consumers = Consumers(bed, settings[^1])) == 8));
                },
                _ => "",
                settings,
                mayRefuse: true);
            return (result with { Extra = $"{consumers} of 8 consumers after a timeout of {patience} s" })
                .Expect(consumers == 8, "a lane has no consumer any more");
        }
        finally
        {
            bed.Broker.Control(
                "eval", "application:unset_env(rabbit, consumer_timeout), application:unset_env(rabbit, channel_tick_interval).");
        }
    }

    private static async Task<FaultResult> ShuffledAsync(FaultBed bed)
    {
        var (random, count) = (new Random(13), bed.Times(40_000, 4_000));
        await using var scene = await Scene.OpenAsync(bed, bed.OverBroker());
        FaultEvent[] events = [.. Enumerable.Range(0, count).Select(number => FaultEvent.Of($"shuffled-{number}", number, 50))];
        FaultEvent[] twice = [.. events, .. events];
        random.Shuffle(twice);
        await Parallel.ForEachAsync(
            twice.Chunk(37), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (chunk, _) => await scene.PostAsync(chunk));
        scene.Ledger.FaultEnds();
        await Settlement.UntilAsync(
            async () => (await scene.StatsAsync()).GetProperty("duplicates").GetInt64() >= count, TimeSpan.FromMinutes(1));
        var result = await Settlement.OfAsync(scene, $"{count:N0} repeats dropped");
        return result.Expect(scene.Applied.Events() == count, "repeats were applied")
            .Expect(scene.Ledger.Count == 2 * count, "some events were refused");
    }

    /// <summary>The store refuses every commit, so every call of the handler fails.</summary>
    private static async Task<FaultResult> StormAsync(FaultBed bed)
    {
        var before = default(BrokerCounters);
        var perMessage = 0.0;
        var result = await BrokerRows.DuringAsync(
            bed,
            async scene =>
            {
                before = BrokerCounters.Of(bed);
                await using (await StoreLock.TakeAsync(scene.Database)) await Task.Delay(bed.Seconds(60, 10));
                scene.Ledger.FaultEnds();
                await Settlement.UntilAsync(() => Task.FromResult(scene.Applied.Events() >= scene.Ledger.Count - 200));
                var after = BrokerCounters.Of(bed);
                perMessage = (double)(after.Delivered - before.Delivered) / Math.Max(1, after.Published - before.Published);
            },
            _ => "");
        return (result with { Extra = $"{perMessage:N2} deliveries a message, {result.Extra}" })
            .Expect(perMessage < 3, "redeliveries are not bounded");
    }

    private static int Consumers(FaultBed bed, string uri) =>
        bed.Broker.Control("list_consumers", "-p", new Uri(uri).AbsolutePath.TrimStart('/'), "queue_name").Split('\n')
            .Count(line => line.StartsWith("healthapi.lane.", StringComparison.Ordinal));

    /// <returns>The ids of the good events.</returns>
    private static List<string> Insert(string database, int batch)
    {
        var events = Enumerable.Range(0, InBatch).Select(number => Envelope($"poisoned-{batch}-{number}", number == InBatch / 2)).ToList();
        using var lanes = new SqliteConnection($"Data Source={Path.ChangeExtension(database, ".lanes.db")};Pooling=False");
        lanes.Open();
        using var insert = lanes.CreateCommand();
        insert.CommandText = "INSERT INTO lane_batches (lane, events, appended_at, payload) VALUES (0, $events, $at, $payload)";
        insert.Parameters.AddWithValue("$events", events.Count);
        insert.Parameters.AddWithValue("$at", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000);
        insert.Parameters.AddWithValue("$payload", EventBatchCodec.Encode(events));
        insert.ExecuteNonQuery();
        return [.. events.Select(envelope => envelope.Id).Where((_, number) => number != InBatch / 2)];
    }

    private static EventEnvelope Envelope(string id, bool poison) => new()
    {
        Source = "poison",
        Id = id,
        Type = EventType.UsageLogin,
        AccountId = Senders.Account(0),
        OccurredAt = DateTimeOffset.UtcNow,
        ReceivedAt = DateTimeOffset.UtcNow,
        ContentHash = id.GetHashCode(StringComparison.Ordinal),
        Data = poison ? "{\"userId\":"u8.ToArray() : "{\"userId\":\"u1\"}"u8.ToArray(),
    };
}
