namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>The service is killed with <c>kill -9</c>, again and again, at random moments.</summary>
internal static class KillRows
{
    public static IEnumerable<FaultRow> All { get; } =
    [
        new("1", "API killed after 202", KilledAfterAsync),
        new("2", "API killed before the reply, callers resend", KilledBeforeAsync),
        new("3", "killed between commit and webhook", KilledBeforeRelayAsync),
        new("4", "killed between commit and broker ack", KilledBeforeAckAsync),
        new("10", "consumer killed mid-batch", ConsumerKilledAsync),
    ];

    private static async Task<FaultResult> KilledAfterAsync(FaultBed bed)
    {
        var kills = bed.Times(100, 10);
        await using var scene = await Scene.OpenAsync(bed, []);
        using var senders = scene.Send();
        await KillAsync(scene, kills);
        await senders.StopAsync();
        scene.Ledger.FaultEnds();
        return await Settlement.OfAsync(scene, $"{kills} kills, {scene.Ledger.Cut.Count:N0} requests cut");
    }

    private static async Task<FaultResult> KilledBeforeAsync(FaultBed bed)
    {
        var kills = bed.Times(20, 4);
        await using var scene = await Scene.OpenAsync(bed, []);
        using var senders = scene.Send(new SenderOptions { Resend = true, Count = 16, Pause = TimeSpan.Zero });
        await KillAsync(scene, kills);
        scene.Ledger.FaultEnds();
        await senders.StopAsync();
        var result = await Settlement.OfAsync(scene, $"{kills} kills, {senders.Again:N0} requests sent again");
        return result
            .Expect(scene.Ledger.Sent == scene.Ledger.Count, "a resending caller was not answered")
            .Expect(scene.Applied.Events() == scene.Ledger.Sent, "an event that was sent again was applied again");
    }

    private static async Task<FaultResult> KilledBeforeRelayAsync(FaultBed bed)
    {
        var kills = bed.Times(20, 3);
        await using var scene = await Scene.OpenAsync(bed, bed.OverBroker());
        using var senders = scene.Send(new SenderOptions { CrossEvery = 2 });
        await KillAsync(scene, kills);
        await senders.StopAsync();
        scene.Ledger.FaultEnds();
        var relayed =
            await Settlement.UntilAsync(() => Task.FromResult(scene.Applied.Crossings().TrueForAll(scene.ReceivedWebhooks.Knows)));
        return await Settlement.OfAsync(scene, $"{kills} kills, relayed within {relayed:N1} s of the last");
    }

    /// <summary>
    /// A frozen broker takes no acknowledgements, so the batches that the worker commits meanwhile are committed and not acknowledged when
    /// it dies.
    /// </summary>
    private static async Task<FaultResult> KilledBeforeAckAsync(FaultBed bed)
    {
        var kills = bed.Times(10, 2);
        var before = BrokerCounters.Of(bed);
        await using var scene = await Scene.OpenAsync(bed, bed.OverBroker());
        for (var round = 0; round < kills; round++)
        {
            using var senders = scene.Send(new SenderOptions { Pause = TimeSpan.Zero });
            var enough = scene.Ledger.Count + 2_000;
            await Settlement.UntilAsync(() => Task.FromResult(scene.Ledger.Count > enough));
            bed.Broker.Freeze();
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            await scene.Service.KillAsync();
            bed.Broker.Thaw();
            await senders.StopAsync();
            await scene.StartAsync();
        }

        scene.Ledger.FaultEnds();
        var result = await Settlement.OfAsync(scene);
        var duplicates = (await scene.StatsAsync()).GetProperty("duplicates").GetInt64();
        return result with
        {
            Extra =
            $"{kills} kills, {Redelivered(bed, before)} batches redelivered, {duplicates:N0} repeats dropped, {result.Extra}"
        };
    }

    private static async Task<FaultResult> ConsumerKilledAsync(FaultBed bed)
    {
        var before = BrokerCounters.Of(bed);
        var kills = bed.Times(20, 3);
        var random = new Random(10);
        var uri = bed.OverBroker();
        await using var scene = await Scene.OpenAsync(bed, [.. uri, "--Roles", "api"]);
        using var senders = scene.Send();
        for (var round = 0; round < kills; round++)
        {
            var worker = await scene.StartOtherAsync("--Roles", "worker");
            await Task.Delay(random.Next(50, 500));
            await worker.KillAsync();
        }

        await senders.StopAsync();
        scene.Ledger.FaultEnds();
        await scene.StartOtherAsync("--Roles", "worker");
        var result = await Settlement.OfAsync(scene);
        var duplicates = (await scene.StatsAsync()).GetProperty("duplicates").GetInt64();
        return result with
        {
            Extra =
            $"{kills} kills, {Redelivered(bed, before)} batches redelivered, {duplicates:N0} repeats dropped, {result.Extra}"
        };
    }

    private static long Redelivered(FaultBed bed, BrokerCounters before) => BrokerCounters.Of(bed).Redelivered - before.Redelivered;

    private static async Task KillAsync(Scene scene, int kills)
    {
        var random = new Random(1);
        for (var round = 0; round < kills; round++)
        {
            await Task.Delay(random.Next(20, 500));
            await scene.Service.KillAsync();
            await scene.StartAsync();
        }
    }
}
