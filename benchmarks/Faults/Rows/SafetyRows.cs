using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;
using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>
/// Keys are guessed, files are damaged, the disk is full, and many expired Idempotency-Keys are stored: good callers are not affected, and
/// each problem is reported.
/// </summary>
internal static class SafetyRows
{
    private const int Guessers = 8, Expired = 300_000, Unavailable = 503, TooMany = 429;

    public static IEnumerable<FaultRow> All { get; } =
    [
        new("10.4", "wrong keys by the thousand", GuessedAsync),
        new("10.5", "lane file that is not a database", GarbageAsync),
        new("10.13", "database malformed, then disk full", MalformedAsync),
        new("10.15a", "300,000 expired Idempotency-Keys", ExpiredAsync),
    ];

    private static async Task<FaultResult> GuessedAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        using var senders = scene.Send();
        await Task.Delay(TimeSpan.FromSeconds(1));
        scene.Ledger.FaultBegins();
        using var over = new CancellationTokenSource(bed.Seconds(30, 8));
        var guesses = (
            await Task.WhenAll(Enumerable.Range(0, Guessers).Select(_ => Task.Run(() => GuessAsync(scene.Service.Address, over.Token)))))
            .SelectMany(seen => seen).ToList();
        scene.Ledger.FaultEnds();
        await senders.StopAsync();
        var refused = guesses.Count(status => status == TooMany);
        return (await Settlement.OfAsync(scene, $"{guesses.Count:N0} guesses, {refused:N0} × 429"))
            .Expect(guesses.All(status => status is 401 or TooMany), "a guess was answered neither 401 nor 429")
            .Expect(guesses.Count - refused is > 0 and <= 40, "more than twenty guesses in a minute were looked up")
            .Expect(scene.Ledger.Answered(TooMany) + scene.Ledger.Answered(401) == 0, "a good key was refused")
            .Expect(scene.Ledger.P99() < 500, "good callers wait");
    }

    private static async Task<List<int>> GuessAsync(Uri address, CancellationToken over)
    {
        using var client = new HttpClient { BaseAddress = address };
        var seen = new List<int>();
        while (!over.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/accounts");
            request.Headers.Authorization =
                new AuthenticationHeaderValue("Bearer", "hk_" + Convert.ToHexString(Guid.NewGuid().ToByteArray()) + "-guess-gues");
            using var response = await client.SendAsync(request, CancellationToken.None);
            seen.Add((int)response.StatusCode);
        }

        return seen;
    }

    private static async Task<FaultResult> GarbageAsync(FaultBed bed)
    {
        var folder = bed.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(folder, "health.lanes.db"), new string('x', 8192));
        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [Product.Executable, "--Storage:ConnectionString", $"Data Source={Path.Combine(folder, "health.db")}", "--urls",
                "http://127.0.0.1:0"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(patience.Token);
        var lines = (await error).TrimEnd().Split('\n');
        return new FaultResult { Extra = $"exit code {process.ExitCode}: {lines[0]}" }
            .Expect(process.ExitCode != 0, "the exit code is 0")
            .Expect(lines is [{ Length: > 0 }], "the error is not one line")
            .Expect(!(await output).Contains("listens on", StringComparison.Ordinal), "the service listened before it failed");
    }

    private static async Task<FaultResult> MalformedAsync(FaultBed bed)
    {
        var disk = bed.NewFolder();
        await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk);
        try
        {
            await using var scene = await Scene.OpenAsync(bed, [], disk);
            await SendForAWhileAsync(scene);
            await Settlement.UntilAsync(async () => (await scene.StatsAsync()).GetProperty("pending").GetInt64() == 0);
            await scene.Service.KillAsync();
            var root = Damage.RootOfEvents(scene.Database);
            var before = Damage.Overwrite(scene.Database, root, null);
            await scene.StartAsync();
            scene.Ledger.FaultBegins();
            await SendForAWhileAsync(scene);
            var malformed = await Settlement.UntilAsync(async () => await ReadyAsync(scene) == Unavailable);
            var parked = (await scene.StatsAsync()).GetProperty("parked").GetInt64();
            await scene.Service.KillAsync();
            Damage.Overwrite(scene.Database, root, before);
            await scene.StartAsync();
            var ballast = Path.Combine(disk, "ballast");
            await Tool.RunAsync("sh", "-c", $"dd if=/dev/zero of={ballast} bs=64k 2>/dev/null || true");
            var full = await Settlement.UntilAsync(async () => await ReadyAsync(scene) == Unavailable);
            File.Delete(ballast);
            var back = await Settlement.UntilAsync(async () => await ReadyAsync(scene) == (int)HttpStatusCode.OK);
            scene.Ledger.FaultEnds();
            return (
                await Settlement.OfAsync(
                    scene,
                    $"503 after {malformed:N1} s (malformed) and {full:N1} s (full), ready {back:N1} s after space was freed, "
                        + $"{parked} parked"))
                .Expect(parked == 0, "events are parked");
        }
        finally
        {
            await Tool.RunAsync("umount", "-l", disk);
        }
    }

    private static async Task SendForAWhileAsync(Scene scene)
    {
        using var senders = scene.Send();
        await Task.Delay(TimeSpan.FromSeconds(2));
        await senders.StopAsync();
    }

    private static async Task<int> ReadyAsync(Scene scene)
    {
        using var answer = await scene.Service.Client.GetAsync(Scene.Ready);
        return (int)answer.StatusCode;
    }

    private static async Task<FaultResult> ExpiredAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        await FillAsync(scene.Database);
        scene.Ledger.FaultBegins();
        var times = new List<double>();
        var began = Stopwatch.GetTimestamp();
        for (var number = 0; Stopwatch.GetElapsedTime(began) < bed.Seconds(90, 75); number++) times.Add(await ClaimAsync(scene, number));
        scene.Ledger.FaultEnds();
        var left = Count(scene.Database);
        times.Sort();
        var (p99, worst) = (Statistics.Percentile([.. times], 0.99), times[^1]);
        return (
            await Settlement.OfAsync(scene, $"{times.Count:N0} claims, p99 {p99:N1} ms, worst {worst:N0} ms, {left:N0} expired keys left"))
            .Expect(p99 < 100, "claims take too long").Expect(worst < 1_000, "a claim waited for a sweep")
                .Expect(left < Expired / 2, "too few expired keys were deleted");
    }

    private static async Task<double> ClaimAsync(Scene scene, int number)
    {
        var sent = FaultEvent.Of($"claim-{number}", number, 50);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = JsonContent.Create(new[] { sent }) };
        request.Headers.Add("Idempotency-Key", $"\"claim-{number}\"");
        scene.Ledger.Sending(1);
        var began = Stopwatch.GetTimestamp();
        using var response = await scene.Service.Client.SendAsync(request);
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        scene.Ledger.Answer(
            new Answered(Stopwatch.GetTimestamp(), elapsed, (int)response.StatusCode, response.Headers.RetryAfter is not null));
        if (response.IsSuccessStatusCode) scene.Ledger.Acknowledge([sent.Id]);
        return elapsed;
    }

    private static async Task FillAsync(string path)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=60");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO idempotency_keys (key_id, idempotency_key, request_hash, status, headers, body, created_at)
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $count)
            SELECT 'key_config', 'old-' || n, randomblob(32), 202, '{}', randomblob(200), 1000000 + n FROM numbers
            """;
        command.Parameters.AddWithValue("$count", Expired);
        await command.ExecuteNonQueryAsync();
    }

    private static long Count(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM idempotency_keys WHERE idempotency_key LIKE 'old-%'";
        return (long)command.ExecuteScalar()!;
    }
}
