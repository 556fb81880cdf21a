using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;
using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>
/// Large logs are folded again in a small heap while other accounts are served; events that retention has pruned still count.
/// </summary>
internal static class LogRows
{
    private const int Request = 5_000, Container = 768, Patience = 500;

    public static IEnumerable<FaultRow> All { get; } =
    [
        new("10.9", "a late event of an account of 300,000", bed => LateAsync(bed, 300_000)),
        new("10.9b", "a late event of an account of two million", bed => LateAsync(bed, bed.Times(2_000_000, 600_000))),
        new("10.12", "pruned and rebuilt", PrunedAsync),
    ];

    /// <summary>
    /// The account's log is folded again for 300 days while callers post and others read its past. An event counts as processed once its
    /// account exists.
    /// </summary>
    private static async Task<FaultResult> LateAsync(FaultBed bed, int events)
    {
        await using var scene = await Scene.OpenAsync(bed, []);
        for (var from = 0; from < events; from += Request)
        {
            await PostAsync(
                scene, Enumerable.Range(from, Request).Select(number => Giant($"g{number}", 340.0 * (events - number) / events)));
        }

        await RestatedAsync(scene, TimeSpan.FromMinutes(5));
        using var senders = scene.Send(new SenderOptions { Count = 4, Pause = TimeSpan.FromMilliseconds(20) });
        await Task.Delay(TimeSpan.FromSeconds(2));
        using var over = new CancellationTokenSource();
        scene.Ledger.FaultBegins();
        var (probes, looks) =
            (ProbeAsync(scene, over.Token), Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ReadPastAsync(scene, over.Token))));
        await PostAsync(scene, [Giant("late", 300)]);
        var restated = await RestatedAsync(scene, TimeSpan.FromMinutes(5));
        await Task.Delay(TimeSpan.FromSeconds(3));
        await over.CancelAsync();
        var (taken, statuses) = (
            (await probes).Order().ToArray(),
            (await looks).SelectMany(one => one).CountBy(status => status).OrderBy(one => one.Key).ToList());
        scene.Ledger.FaultEnds();
        await senders.StopAsync();
        var (p99, peak) = (Statistics.Percentile(taken, 0.99), FloodRows.Peak(scene.Service.Id));
        return (await Settlement.OfAsync(scene,
            $"restated in {restated:N1} s, processed within p99 {p99:N0} ms (max {taken[^1]:N0}, {taken.Length} probes), reads of the past "
                + $"{string.Join(", ", statuses.Select(one => $"{one.Value} × {one.Key}"))}, peak {peak} MB"))
            .Expect(p99 < Patience, $"other events wait longer than {Patience} ms").Expect(peak < Container, $"more than {Container} MB")
            .Expect(statuses.All(one => one.Key is 200 or 503), "an answer that is neither 200 nor 503");
    }

    /// <summary>
    /// Accounts whose state depends on events older than 390 days are pruned beside the running service, and then rebuilt.
    /// </summary>
    private static async Task<FaultResult> PrunedAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, ["--Retention:Events", "4000"]);
        foreach (var account in Enumerable.Range(0, bed.Times(400, 100))) await PostAsync(scene, Life($"old-{account}", account));
        await RestatedAsync(scene, TimeSpan.FromMinutes(2));
        var before = Standings(scene);
        await CommandAsync(scene, "prune", "--Retention:Events", "390");
        var left = scene.Applied.Events();
        await CommandAsync(scene, "rebuild", "--Retention:Events", "4000");
        var after = Standings(scene);
        var moved = before.Except(after).Count();
        return new FaultResult
        {
            Acknowledged = scene.Ledger.Count,
            AppliedOnce = scene.Ledger.Count,
            Extra = $"{scene.Ledger.Count - left:N0} events pruned, {before.Count:N0} standings and figures compared, {moved} moved",
        }.Expect(left < scene.Ledger.Count, "nothing was pruned")
            .Expect(
                moved == 0,
                $"{moved} accounts have another standing: {before.Except(after).FirstOrDefault()} → "
                    + $"{after.Except(before).FirstOrDefault()}");
    }

    private static IEnumerable<object> Life(string account, int seed)
    {
        (double DaysAgo, string Type, object Data)[] life =
        [
            (700, "billing.subscription_changed", new { mrr = 900 + seed }),
                (690, "billing.renewed", new { mrr = 1000 + seed, renewalDate = "2027-06-01" }),
                (500, "relationship.champion_left", new { }),
            (450, "nps.responded", new { score = seed % 11 }), (420, "usage.feature_used", new { userId = "u1", feature = "reports" }),
                (395, "ticket.opened", new { ticketId = "t1", priority = "p1" }),
            (200, "ticket.escalated", new { ticketId = "t1", level = "executive" }), (45, "usage.login", new { userId = "u1" }),
                (2 + (seed % 20), "usage.login", new { userId = "u2" }),
        ];
        return life.Select(object (lived, number) => new
        {
            id = $"{account}-{number}",
            type = lived.Type,
            accountId = account,
            occurredAt = DateTimeOffset.UtcNow.AddDays(-lived.DaysAgo),
            data = lived.Data
        });
    }

    private static object Giant(string id, double daysAgo) =>
        new
        {
            id,
            type = "usage.activity",
            accountId = "giant",
            occurredAt = DateTimeOffset.UtcNow.AddDays(-daysAgo),
            data = new { userId = $"u{id.GetHashCode(StringComparison.Ordinal) % 200}", feature = "reports" }
        };

    private static async Task PostAsync(Scene scene, IEnumerable<object> events)
    {
        var sent = events.ToList();
        while (true)
        {
            using var answer = await scene.Service.Client.PostAsJsonAsync("/v1/events", sent);
            if (answer.IsSuccessStatusCode) break;
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        scene.Ledger.Acknowledge(sent.Select(one => JsonSerializer.SerializeToElement(one).GetProperty("id").GetString()!));
    }

    /// <summary>Posts an event of a new account and waits until the account exists; returns the milliseconds of each wait.</summary>
    private static async Task<List<double>> ProbeAsync(Scene scene, CancellationToken over)
    {
        var taken = new List<double>();
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            var (id, began) = ($"probe-{number}", Stopwatch.GetTimestamp());
            await PostAsync(scene, [new { id, type = "usage.activity", accountId = id }]);
            while (!await IsThereAsync(scene, id)) await Task.Delay(5, CancellationToken.None);
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(20, CancellationToken.None);
        }

        return taken;
    }

    private static async Task<bool> IsThereAsync(Scene scene, string account)
    {
        using var answer = await scene.Service.Client.GetAsync("/v1/accounts/" + account);
        return answer.IsSuccessStatusCode;
    }

    private static async Task<List<int>> ReadPastAsync(Scene scene, CancellationToken over)
    {
        var statuses = new List<int>();
        while (!over.IsCancellationRequested)
        {
            using var answer = await scene.Service.Client.GetAsync(
                $"/v1/accounts/giant/health?at={DateTimeOffset.UtcNow.AddDays(-1):yyyy-MM-dd}", CancellationToken.None);
            statuses.Add((int)answer.StatusCode);
        }

        return statuses;
    }

    /// <summary>Waits until no account has days left to restate; returns the seconds.</summary>
    private static Task<double> RestatedAsync(Scene scene, TimeSpan patience) => Settlement.UntilAsync(
        async () => (await scene.StatsAsync()).GetProperty("pending").GetInt64() == 0 && Read(scene, Pending(scene))[0] == "0", patience);

    private static string Pending(Scene scene) =>
        Read(scene, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'account_restatements'")[0] == "0"
        ? "SELECT COUNT(*) FROM account_states WHERE restate_from IS NOT NULL"
        : "SELECT (SELECT COUNT(*) FROM account_states WHERE restate_from IS NOT NULL) + (SELECT COUNT(*) FROM account_restatements)";

    private static List<string> Standings(Scene scene) => Read(
        scene,
        """
        SELECT CONCAT(s.account_id, ' ', s.score, ' ', s.category, ' ', s.risk_score, ' ', s.risk_level, ' ', a.mrr, ' ', a.renewal_date,
            ' ', HEX(s.figures))
        FROM account_states AS s JOIN accounts AS a ON a.id = s.account_id ORDER BY s.account_id
        """);

    private static List<string> Read(Scene scene, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={scene.Database};Pooling=False");
        return [.. connection.Query<string>(sql)];
    }

    private static async Task CommandAsync(Scene scene, params string[] words)
    {
        using var command = Process.Start(
            new ProcessStartInfo("dotnet", [Product.Executable, .. words, "--Storage:ConnectionString", $"Data Source={scene.Database}"])
            {
                RedirectStandardError = true,
                WorkingDirectory = Path.GetDirectoryName(scene.Database),
            })!;
        var error = await command.StandardError.ReadToEndAsync();
        await command.WaitForExitAsync();
        if (command.ExitCode != 0) throw new InvalidOperationException($"{words[0]}: {error}");
    }
}
