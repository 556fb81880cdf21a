using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api;
using HealthApi.Benchmarks.Load;

namespace HealthApi.Benchmarks.Hosts;

/// <summary>The service as users run it: the real executable with its own database.</summary>
internal sealed class Product : IAsyncDisposable
{
    private const string Key = "hk_the-key-of-the-benchmark", Ready = "/health/ready";

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(40), Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] Settled = ["processed", "duplicates", "conflicts", "parked"],
        CoreFeatures = ["feature-0", "feature-1", "feature-2"], Tags = ["bench"];

    private readonly ServedProcess _process;

    private Product(ServedProcess process) => _process = process;

    public static string Executable => typeof(ServiceHost).Assembly.Location;

    /// <summary>The runtime configuration of the executable, with its garbage collector settings.</summary>
    public static string RuntimeConfig => Path.ChangeExtension(Executable, ".runtimeconfig.json");

    public HttpClient Client => _process.Client;

    public ServedProcess Process => _process;

    /// <summary>Starts the service on the database in the folder, which is created where it does not exist.</summary>
    public static Task<Product> StartAsync(string folder, params IEnumerable<string> settings) =>
        StartFromAsync(Executable, folder, settings);

    /// <summary>Starts another build of the service.</summary>
    /// <param name="executable">The path of its HealthApi.Api.dll.</param>
    public static async Task<Product> StartFromAsync(string executable, string folder, IEnumerable<string> settings)
    {
        string[] arguments =
        [
            executable, "--Auth:AdminKey", Key, "--Storage:ConnectionString", $"Data Source={Path.Combine(folder, "health.db")}",
            "--Webhooks:AllowPrivateNetworks", "true", "--Limits:MaxLag", "00:00:00", .. settings,
        ];
        return new Product(await ServedProcess.StartAsync(arguments, Ready, Key, folder));
    }

    /// <summary>Posts events to the service.</summary>
    public ClosedLoop Load(EventCorpus corpus) => new(new Uri(_process.Address, "/v1/events"), Key, corpus);

    /// <summary>A request with its own body, to be sent over a connection.</summary>
    public HttpRequestBytes Request(EventTemplate body) => new(new Uri(_process.Address, "/v1/events"), Key, body);

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Client.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text)
            : throw new InvalidOperationException($"POST {path} → {(int)answer.StatusCode}: {text}");
    }

    /// <summary>Writes profiles of the corpus's accounts, so that scores use profiles too.</summary>
    public Task DescribeAccountsAsync() => PostAsync("/v1/accounts:batch", new
    {
        accounts = Enumerable.Range(0, EventCorpus.Accounts).Select(number => new
        {
            id = EventCorpus.AccountId(number),
            name = $"Account {number}",
            arr = 5_000 + (number * 200),
            mrr = 400 + (number * 16),
            licences = 25,
            featuresAvailable = 12,
            coreFeatures = CoreFeatures,
            customerSince = "2025-03-01T00:00:00Z",
            owner = $"owner-{number % 10}",
            tags = Tags,
        }),
    });

    /// <summary>The number of events processed since the database was created: new, duplicate, conflicting or parked.</summary>
    public async Task<long> ProcessedAsync()
    {
        var stats = await Client.GetFromJsonAsync<JsonElement>("/v1/ingestion/stats");
        return Settled.Sum(name => stats.GetProperty(name).GetInt64());
    }

    /// <summary>Waits until this many events have been processed in total.</summary>
    public async Task WaitProcessedAsync(long total, TimeSpan? atMost = null)
    {
        using var patience = new CancellationTokenSource(atMost ?? Patience);
        while (await ProcessedAsync() < total) await Task.Delay(Between, patience.Token);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
