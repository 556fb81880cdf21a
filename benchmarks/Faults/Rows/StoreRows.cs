using System.Diagnostics;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>The store is locked, its disk is full, or its writes fail: the service acknowledges nothing that is not durable.</summary>
internal static class StoreRows
{
    private const int Unavailable = 503;

    public static IEnumerable<FaultRow> All { get; } =
    [
        new("15", "database locked", bed => LockedAsync(bed, scene => scene.Database)),
        new("15b", "lane file locked", bed => LockedAsync(bed, scene => Path.ChangeExtension(scene.Database, ".lanes.db"))),
        new("16", "disk full", FullAsync),
        new("17", "fsync fails with EIO", FailingAsync),
    ];

    private static async Task<FaultResult> LockedAsync(FaultBed bed, Func<Scene, string> file)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        using var senders = scene.Send();
        await Task.Delay(TimeSpan.FromSeconds(1));
        double live;
        await using (await StoreLock.TakeAsync(file(scene)))
        {
            scene.Ledger.FaultBegins();
            live = await LiveAsync(scene, bed.Seconds(60, 15));
        }

        scene.Ledger.FaultEnds();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await senders.StopAsync();
        var ledger = scene.Ledger;
        return (
            await Settlement.OfAsync(
                scene, $"{ledger.Answered(202):N0} × 202, {ledger.Answered(Unavailable):N0} × 503, live p99 {live:N0} ms"))
            .Expect(ledger.WithoutRetryAfter(Unavailable) == 0, "a 503 without Retry-After")
            .Expect(live < 1_000, "threads are starved");
    }

    /// <summary>A file system in memory that is filled up and then enlarged.</summary>
    private static async Task<FaultResult> FullAsync(FaultBed bed)
    {
        var disk = bed.NewFolder();
        await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk);
        try
        {
            await using var scene = await Scene.OpenAsync(bed, [], disk);
            using var senders = scene.Send(new SenderOptions { Count = 16, Pause = TimeSpan.Zero });
            await Settlement.UntilAsync(() => Task.FromResult(scene.Ledger.Answered(Unavailable) > 20));
            scene.Ledger.FaultBegins();
            await Task.Delay(bed.Seconds(15, 5));
            scene.Ledger.FaultEnds();
            var (refused, accepted) = (scene.Ledger.Answered(Unavailable), scene.Ledger.Count);
            await Tool.RunAsync("mount", "-o", "remount,size=1g", disk);
            var back = await Settlement.UntilAsync(() => Task.FromResult(scene.Ledger.Count > accepted + 500));
            await senders.StopAsync();
            return (await Settlement.OfAsync(scene, $"{refused:N0} × 503, accepts {back:N1} s after space was added"))
                .Expect(scene.Ledger.WithoutRetryAfter(Unavailable) == 0, "a 503 without Retry-After");
        }
        finally
        {
            await Tool.RunAsync("umount", "-l", disk);
        }
    }

    private static async Task<FaultResult> FailingAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        using var senders = scene.Send();
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var strace = Tool.Start(
            "strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-o", "/dev/null", "-p",
            $"{scene.Service.Id}");
        await Settlement.UntilAsync(
            () => Task.FromResult(scene.Ledger.Answered(Unavailable) > 0 || strace.HasExited), TimeSpan.FromSeconds(30));
        if (strace.HasExited) throw new ToolMissingException($"strace: {(await strace.StandardError.ReadToEndAsync()).Trim()}");
        scene.Ledger.FaultBegins();
        await Task.Delay(bed.Seconds(10, 4));
        scene.Ledger.FaultEnds();
        var (refused, accepted) = (scene.Ledger.Answered(Unavailable), scene.Ledger.Answered(202));
        await Tool.SignalAsync("INT", strace.Id);
        await strace.WaitForExitAsync();
        var before = scene.Ledger.Count;
        var back = await Settlement.UntilAsync(() => Task.FromResult(scene.Ledger.Count > before + 500));
        await senders.StopAsync();
        return (await Settlement.OfAsync(scene, $"{accepted} × 202 and {refused:N0} × 503 during the fault, accepts {back:N1} s after"))
            .Expect(accepted == 0, "an answer was 202 although nothing is durable");
    }

    /// <summary>Calls the liveness endpoint during the fault; returns the 99th percentile of the answers, in milliseconds.</summary>
    private static async Task<double> LiveAsync(Scene scene, TimeSpan window)
    {
        var (began, taken) = (Stopwatch.GetTimestamp(), new List<double>());
        while (Stopwatch.GetElapsedTime(began) < window)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await scene.Service.Client.GetAsync("/health/live");
            taken.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(20);
        }

        return Statistics.Percentile([.. taken.Order()], 0.99);
    }
}
