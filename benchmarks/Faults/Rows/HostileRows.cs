using System.Collections.Concurrent;
using HealthApi.Benchmarks.Faults.Hostile;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>
/// Hostile callers hold connections and memory, or send malformed requests. Good callers are not affected, and no answer is a 5xx.
/// </summary>
internal static class HostileRows
{
    private const int Seed = 20_261_129, MostMilliseconds = 500, FuzzCallers = 8;

    public static IEnumerable<FaultRow> All { get; } =
    [
        new("10.1", "4, then 200 sockets at 300 bytes/s", SlowAsync),
        new("10.2", "hostile requests over every route", FuzzedAsync),
        new("10.3", "largest answers, payloads and bombs", LargeAsync),
    ];

    private static async Task<FaultResult> SlowAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        var vendor = await Vendor.OfAsync(scene);
        using var senders = scene.Send();
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var delivered = new CancellationTokenSource();
        var delivering = Task.Run(() => vendor.DeliverAsync(delivered.Token));
        scene.Ledger.FaultBegins();
        foreach (var sockets in (int[])[4, 200])
        {
            using var over = new CancellationTokenSource(bed.Seconds(30, 8));
            await Task.WhenAll(Enumerable.Range(0, sockets).Select(number => Task.Run(() => DripAsync(scene, vendor, number, over.Token))));
        }

        scene.Ledger.FaultEnds();
        await delivered.CancelAsync();
        await delivering;
        await senders.StopAsync();
        var refused = scene.Ledger.Sent - scene.Ledger.Count;
        return (
            await Settlement.OfAsync(
                scene, $"{vendor.Acknowledged:N0} webhooks in {vendor.P99:N0} ms at most, {refused + vendor.Refused} good requests refused"))
            .Expect(refused == 0 && vendor.Refused == 0, "good callers were refused")
                .Expect(scene.Ledger.P99() < MostMilliseconds, "good callers waited")
            .Expect(vendor.P99 < MostMilliseconds, "vendors waited");
    }

    /// <summary>
    /// Three of four connections carry no key, and one of these has a signature that only the whole body can disprove; the fourth carries a
    /// key.
    /// </summary>
    private static Task DripAsync(Scene scene, Vendor vendor, int number, CancellationToken over) => (number % 4) switch
    {
        0 => SlowSocket.DripAsync(scene.Service.Address, "/v1/batch", [], 300, over),
        1 => SlowSocket.DripAsync(scene.Service.Address, vendor.Path, [Vendor.Signature([])], 300, over),
        2 => SlowSocket.DripAsync(scene.Service.Address, "/v1/events", [$"Authorization: Bearer {Scene.Key}"], 300, over),
        _ => SlowSocket.DripAsync(scene.Service.Address, "/in/none", [], 300, over),
    };

    private static async Task<FaultResult> FuzzedAsync(FaultBed bed)
    {
        // Short timeouts, so that requests that are cut short end soon.
        await using var scene = await Scene.OpenAsync(
            bed, ["--Limits:MaxLag", "00:00:00", "--Server:HeadersTimeout", "00:00:01", "--Server:BodyGrace", "00:00:01.1"]);
        var vendor = await Vendor.OfAsync(scene);
        using var senders = scene.Send();
        scene.Ledger.FaultBegins();
        var (requests, statuses, failures) = (bed.Times(20_000, 2_000), new ConcurrentDictionary<int, int>(), new ConcurrentBag<string>());
        await Task.WhenAll(Enumerable.Range(0, FuzzCallers).Select(caller => Task.Run(async () =>
        {
            var fuzz = new FuzzedBytes(Seed + caller, vendor.Path);
            for (var number = 0; number < requests / FuzzCallers; number++)
            {
                var (status, head) = await RawCall.SendAsync(scene.Service.Address, fuzz.Next().Request);
                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (status >= 500 && !IsExpected(status, head)) failures.Add($"{caller}/{number}: {head.ReplaceLineEndings(" ")}");
            }
        })));
        scene.Ledger.FaultEnds();
        await senders.StopAsync();
        var counts = string.Join(", ", statuses.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value:N0} × {entry.Key}"));
        if (!failures.IsEmpty) await bed.Output.WriteLineAsync(scene.Service.LastLines);
        return (await Settlement.OfAsync(scene, $"{requests:N0} requests: {counts}; peak {Memory.Peak(scene.Service.Id)} MB"))
            .Expect(failures.IsEmpty, $"{failures.Count} × 5xx, such as {failures.FirstOrDefault()}")
                .Expect(Memory.Peak(scene.Service.Id) < Memory.Container, "more memory than the container has");
    }

    /// <summary>An overloaded service answers 503 with Retry-After, and another protocol version gets 505.</summary>
    private static bool IsExpected(int status, string head) =>
        status == 505 || (status == 503 && head.Contains("Retry-After", StringComparison.Ordinal));

    private static async Task<FaultResult> LargeAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, ["--Limits:MaxLag", "00:00:00"]);
        var vendor = await Vendor.OfAsync(scene);
        using var senders = scene.Send();
        scene.Ledger.FaultBegins();
        using var over = new CancellationTokenSource(bed.Seconds(40, 12));
        var statuses = new ConcurrentDictionary<(string, int), int>();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(caller => Task.Run(async () =>
        {
            var (kind, request) = LargeRequests.Of(caller, vendor);
            while (!over.IsCancellationRequested)
            {
                var (status, _) = await RawCall.SendAsync(scene.Service.Address, request);
                statuses.AddOrUpdate((kind, status), 1, (_, count) => count + 1);
            }
        })));
        scene.Ledger.FaultEnds();
        await senders.StopAsync();
        var counts = string.Join(
            ", ", statuses.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value:N0} {entry.Key.Item1} × {entry.Key.Item2}"));
        var failed = statuses.Keys.Any(key => key.Item2 is 0 or 500 or RawCall.Unanswered);
        if (failed) await bed.Output.WriteLineAsync(scene.Service.LastLines);
        return (await Settlement.OfAsync(scene, $"{counts}; peak {Memory.Peak(scene.Service.Id)} MB"))
            .Expect(!failed, "an answer was 500 or missing")
            .Expect(Memory.Peak(scene.Service.Id) < Memory.Container, "more memory than the container has");
    }
}
