namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>The broker is killed, frozen, out of memory or absent: callers are not affected, and nothing is lost.</summary>
internal static class BrokerRows
{
    public static IEnumerable<FaultRow> All { get; } =
    [
        new("5", "broker killed, restarted", KilledAsync),
        new("6", "broker frozen", FrozenAsync),
        new("7", "broker out of memory", AlarmedAsync),
        new("8", "broker absent at start", AbsentAsync),
    ];

    private static async Task<FaultResult> KilledAsync(FaultBed bed)
    {
        var back = 0.0;
        return await DuringAsync(
            bed,
            async scene =>
            {
                for (var round = 0; round < bed.Times(3, 1); round++)
                {
                    bed.Broker.Kill();
                    await Task.Delay(bed.Seconds(5, 2));
                    bed.Broker.Restart();
                    back = Math.Max(back, await ReadyAsync(scene));
                }
            },
            _ => $"reconnected within {back:N1} s");
    }

    private static async Task<FaultResult> FrozenAsync(FaultBed bed)
    {
        var back = 0.0;
        return await DuringAsync(
            bed,
            async scene =>
            {
                bed.Broker.Freeze();
                await Task.Delay(bed.Seconds(30, 6));
                scene.Ledger.FaultEnds();
                bed.Broker.Thaw();
                back = await ReadyAsync(scene);
            },
            _ => $"reconnected within {back:N1} s");
    }

    private static async Task<FaultResult> AlarmedAsync(FaultBed bed)
    {
        var peak = 0L;
        return await DuringAsync(
            bed,
            async scene =>
            {
                bed.Broker.Control("set_vm_memory_high_watermark", "0");
                using var over = new CancellationTokenSource(bed.Seconds(20, 6));
                while (!over.IsCancellationRequested)
                {
                    peak = Math.Max(peak, scene.Applied.Waiting());
                    await Task.Delay(20);
                }

                bed.Broker.Control("set_vm_memory_high_watermark", "0.4");
                scene.Ledger.FaultEnds();
                await ReadyAsync(scene);
            },
            _ => $"at most {peak:N0} events in the spill");
    }

    private static async Task<FaultResult> AbsentAsync(FaultBed bed)
    {
        var settings = bed.OverBroker();
        bed.Broker.Kill();
        await using var scene = await Scene.OpenAsync(bed, settings);
        var first = await scene.StatusAsync();
        scene.Ledger.FaultBegins();
        using var senders = scene.Send();
        await Task.Delay(bed.Seconds(5, 2));
        bed.Broker.Restart();
        scene.Ledger.FaultEnds();
        var back = await ReadyAsync(scene);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await senders.StopAsync();
        return (await Settlement.OfAsync(scene, $"{first} at first, connected {back:N1} s after it started"))
            .Expect(first == "degraded", "the status was not degraded");
    }

    /// <summary>
    /// Sends during the whole fault. A fault of the broker is no reason to refuse events, unless processing stops because of it.
    /// </summary>
    internal static async Task<FaultResult> DuringAsync(
        FaultBed bed, Func<Scene, Task> fault, Func<Scene, string> extra, string[]? settings = null, bool mayRefuse = false)
    {
        await using var scene = await Scene.OpenAsync(bed, settings ?? bed.OverBroker());
        using var senders = scene.Send();
        await Task.Delay(TimeSpan.FromSeconds(2));
        scene.Ledger.FaultBegins();
        await fault(scene);
        if (scene.Ledger.FaultEnded == long.MaxValue) scene.Ledger.FaultEnds();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await senders.StopAsync();
        return (await Settlement.OfAsync(scene, extra(scene)))
            .Expect(mayRefuse || scene.Ledger.Count == scene.Ledger.Sent, $"{scene.Ledger.Sent - scene.Ledger.Count} events were refused");
    }

    /// <summary>Waits until the service is connected to the broker again; returns the seconds.</summary>
    internal static Task<double> ReadyAsync(Scene scene) => Settlement.UntilAsync(async () => await scene.StatusAsync() == "ready");
}
