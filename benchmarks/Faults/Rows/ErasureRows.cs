using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>Accounts are erased while their events are in transit, and the number of lanes is lowered while lanes hold events.</summary>
internal static class ErasureRows
{
    private const int InRequest = 2_000, Accounts = 20;

    /// <summary>How long, in milliseconds, an erasure may delay other writers.</summary>
    private const int LongestStall = 50;

    private static readonly string[] Api = ["--Roles", "api"], Both = ["--Roles", "api,worker"];

    public static IEnumerable<FaultRow> All { get; } =
    [
        new("10.10", "events, DELETE, PUT: the lane table", bed => ErasedAsync(bed, [])),
        new("10.10b", "events, DELETE, PUT: the broker", bed => ErasedAsync(bed, bed.OverBroker())),
        new("10.10c", "an account of many events is erased", LargeAsync),
        new("10.11", "8 lanes become 2 with events waiting", FewerLanesAsync),
    ];

    /// <summary>
    /// No event accepted before an erasure comes back, and no event accepted after it is lost, no matter which process accepted it.
    /// </summary>
    private static async Task<FaultResult> ErasedAsync(FaultBed bed, string[] settings)
    {
        await using var scene = await Scene.OpenAsync(bed, [.. settings, .. Api]);
        var other = await scene.StartOtherAsync(Api);
        for (var account = 0; account < Accounts; account++)
        {
            var id = $"a{account}";
            await PutAsync(scene.Service.Client, id);
            await PostAsync(scene.Service.Client, id, "before");
            await PostAsync(other.Client, id, "before elsewhere");
            using var erased = await scene.Service.Client.DeleteAsync($"/v1/accounts/{id}");
            erased.EnsureSuccessStatusCode();
            await PutAsync(other.Client, id);
            await PostAsync(other.Client, id, "after elsewhere");
            await scene.PostAsync([new FaultEvent($"{id} after", FaultEvent.Login, id)]);
            scene.Ledger.Acknowledge([$"{id} after elsewhere"]);
        }

        scene.Ledger.FaultEnds();
        await scene.StartAsync(Both);
        var result = await Settlement.OfAsync(scene);
        var (stats, back) = (await scene.StatsAsync(), scene.Applied.Ids().Count(id => id.Contains("before", StringComparison.Ordinal)));
        return (result with { Extra = $"{Number(stats, "dropped")} dropped, {back} came back" })
            .Expect(back == 0, "erased events came back")
                .Expect(Number(stats, "dropped") == 2 * Accounts, "dropped events are not counted");
    }

    /// <summary>Measures how long other writers wait while the rows of a large account are deleted.</summary>
    private static async Task<FaultResult> LargeAsync(FaultBed bed)
    {
        var events = bed.Times(1_000_000, 100_000);
        await using var scene = await Scene.OpenAsync(bed, ["--Limits:MaxLag", "00:00:00", "--Limits:Backlog", "10000000"]);
        for (var sent = 0; sent < events; sent += InRequest)
        {
            await scene.PostAsync(
                [.. Enumerable.Range(sent, InRequest).Select(number => new FaultEvent($"e{number}", FaultEvent.Login, "large"))]);
        }

        await Settlement.UntilAsync(async () => Number(await scene.StatsAsync(), "pending") == 0, TimeSpan.FromMinutes(20));
        var before = await WaitsAsync(scene, Task.Delay(bed.Seconds(10, 5)));
        scene.Ledger.FaultBegins();
        var began = Stopwatch.GetTimestamp();
        var erasing = scene.Service.Client.DeleteAsync("/v1/accounts/large");
        var during = await WaitsAsync(scene, erasing);
        using var erased = await erasing;
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var left = scene.Applied.Events();
        return new FaultResult
        {
            Acknowledged = events,
            Extra = $"{events:N0} events erased in {took:N1} s, others waited {during}; before {before}",
        }
        .Expect(erased.IsSuccessStatusCode, "the account was not erased").Expect(left == 0, "events are left")
        .Expect(during.P999 <= Math.Max(LongestStall, before.P999), $"other writers waited longer than {LongestStall} ms")
        .Expect(Number(await scene.StatsAsync(), "balance") == 0, "the balance is not 0");
    }

    private static async Task<FaultResult> FewerLanesAsync(FaultBed bed)
    {
        var broker = bed.OverBroker();
        await using var scene = await Scene.OpenAsync(bed, [.. broker, "--Messaging:Partitions", "8", .. Api]);
        for (var batch = 0; batch < 10; batch++)
            await scene.PostAsync([.. Enumerable.Range(0, 200).Select(number => FaultEvent.Of($"e{batch}-{number}", number, 50))]);
        scene.Ledger.FaultBegins();
        await scene.StartAsync(["--Messaging:Partitions", "2", .. Both]);
        scene.Ledger.FaultEnds();
        await scene.PostAsync([.. Enumerable.Range(0, 200).Select(number => FaultEvent.Of($"late-{number}", number, 50))]);
        return await Settlement.OfAsync(scene);
    }

    /// <summary>Writes the profile of another account again and again until the work is done.</summary>
    private static async Task<Waits> WaitsAsync(Scene scene, Task work)
    {
        var waits = new List<double>();
        while (!work.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            await PutAsync(scene.Service.Client, "other");
            waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return new Waits([.. waits.Order()]);
    }

    private static async Task PutAsync(HttpClient client, string id)
    {
        using var answer = await client.PutAsJsonAsync($"/v1/accounts/{id}", new { name = "Named" });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task PostAsync(HttpClient client, string id, string name)
    {
        using var answer = await client.PostAsJsonAsync(
            "/v1/events", new FaultEvent(string.Create(CultureInfo.InvariantCulture, $"{id} {name}"), FaultEvent.Login, id));
        answer.EnsureSuccessStatusCode();
    }

    private static long Number(JsonElement stats, string name) => stats.GetProperty(name).GetInt64();

    /// <summary>The waits of one writer, in milliseconds, the shortest first.</summary>
    private sealed record Waits(double[] Sorted)
    {
        public double P999 => Reporting.Statistics.Percentile(Sorted, 0.999);

        public override string ToString()
        {
            var (median, p99) = (Reporting.Statistics.Percentile(Sorted, 0.5), Reporting.Statistics.Percentile(Sorted, 0.99));
            var stalls = Sorted.Count(wait => wait > LongestStall);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{median:N1} ms, p99 {p99:N0}, p99.9 {P999:N0}, max {Sorted[^1]:N0}, {stalls} of {Sorted.Length:N0} > {LongestStall} ms");
        }
    }
}
