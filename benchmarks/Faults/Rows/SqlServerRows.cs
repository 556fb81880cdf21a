using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Data.SqlClient;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>Two processes on one SQL Server receive events of sources that neither knows yet, and one of the processes is killed.</summary>
internal static class SqlServerRows
{
    private const string Variable = "HEALTHAPI_TEST_SQLSERVER", EncryptionKey = "Zmlyc3QtbWVldGluZ3MtYXJlLXNlYWxlZC1ieS10aGk=";

    private const string Drop = "DECLARE @sql nvarchar(400) = N'DROP DATABASE IF EXISTS ' + QUOTENAME(@Name); EXEC (@sql);";

    /// <summary>Accounts whose events are in every round, so that the lanes of both processes have events of each new source.</summary>
    private const int Accounts = 32, Requests = 4;

    public static IEnumerable<FaultRow> All { get; } = [new("10.16b", "new sources on SQL Server, a worker killed", MetAsync)];

    /// <summary>Each round has a source that is not counted yet; its events are posted to both processes at once.</summary>
    private static async Task<FaultResult> MetAsync(FaultBed bed)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } server)
            throw new ToolMissingException($"{Variable} holds no connection string");
        var store = new SqlConnectionStringBuilder(server) { InitialCatalog = $"healthapi_faults_{Environment.ProcessId}" };
        try
        {
            string[] storage = ["--Storage:Provider", "SqlServer", "--Storage:ConnectionString", store.ToString()];
            return await MetAsync(bed, [.. storage, "--Webhooks:EncryptionKey", EncryptionKey]);
        }
        finally
        {
            await DropAsync(server, store.InitialCatalog);
        }
    }

    private static async Task<FaultResult> MetAsync(FaultBed bed, string[] settings)
    {
        var rounds = bed.Times(150, 30);
        await using var scene = await Scene.OpenAsync(bed, settings);
        var killed = await scene.StartOtherAsync(settings);
        var sent = new Dictionary<string, long>();
        for (var round = 0; round < rounds; round++)
        {
            var source = $"source-{round}";
            HttpClient[] clients = round <= rounds / 2 ? [scene.Service.Client, killed.Client] : [scene.Service.Client];
            var posting = Enumerable.Range(0, Requests).Select(request => PostAsync(clients[request % clients.Length], source, request));
            sent[source] = (await Task.WhenAll(posting)).Sum();
            if (round != rounds / 2) continue;
            scene.Ledger.FaultBegins();
            await killed.KillAsync();
        }

        scene.Ledger.FaultEnds();
        var drained = await Settlement.UntilAsync(async () => Number(await scene.StatsAsync(), "pending") == 0);
        var stats = await scene.StatsAsync();
        var counted = stats.GetProperty("sources").EnumerateArray()
            .ToDictionary(source => source.GetProperty("source").GetString()!, source => Number(source, "events"));
        var (all, wrong) = (sent.Values.Sum(), sent.Count(source => counted.GetValueOrDefault(source.Key) != source.Value));
        return new FaultResult
        {
            Acknowledged = all,
            AppliedOnce = Number(stats, "processed"),
            Missing = Math.Max(0, all - Number(stats, "processed")),
            Twice = Math.Max(0, Number(stats, "processed") - all),
            DrainSeconds = drained,
            Balance = Number(stats, "balance"),
            Extra = $"{rounds} new sources, {wrong} of them with a wrong count",
        }.Expect(wrong == 0, "a source was counted wrongly");
    }

    /// <returns>The number of acknowledged events.</returns>
    private static async Task<long> PostAsync(HttpClient client, string source, int request)
    {
        var events = Enumerable.Range(0, Accounts).Select(account => new
        {
            id = $"{source}-{request}-{account}",
            source,
            type = FaultEvent.Login,
            accountId = $"account-{account}",
            data = new { userId = "u1" },
        });
        using var answer = await client.PostAsJsonAsync("/v1/events", events);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt64();
    }

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static async Task DropAsync(string server, string database)
    {
        SqlConnection.ClearAllPools();
        await using var connection = new SqlConnection(new SqlConnectionStringBuilder(server) { InitialCatalog = "master" }.ToString());
        await connection.ExecuteAsync(Drop, new { Name = database });
    }
}
