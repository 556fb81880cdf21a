using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Benchmarks.Faults.Hostile;
using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Faults;

/// <summary>A service with its own database for one row, the callers that send to it, and the receiver of its webhooks.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Key = "hk_the-key-of-the-faults", Ready = "/health/ready";

    private static readonly string[] EventTypes = ["churn_risk.threshold_crossed", "health.threshold_crossed"];

    private readonly Receiver _receiver;
    private readonly string[] _settings;
    private readonly List<ServedProcess> _others = [];
    private readonly string _folder;
    private readonly Launch? _launch;
    private readonly int _port = ServedProcess.FreePort();

    private Scene(Receiver receiver, string folder, string[] settings, Launch? launch)
    {
        (_receiver, _folder, _settings, _launch) = (receiver, folder, settings, launch);
        ReceivedWebhooks = new ReceivedWebhooks(receiver);
        Applied = new AppliedView(Database);
    }

    public Ledger Ledger { get; } = new();

    public ReceivedWebhooks ReceivedWebhooks { get; }

    public AppliedView Applied { get; }

    /// <summary>The service to which the callers send.</summary>
    public ServedProcess Service { get; private set; } = null!;

    public string Database => Path.Combine(_folder, "health.db");

    /// <summary>Starts a service with a subscription.</summary>
    /// <param name="folder">The folder of its database; a new folder of the bed where it is null.</param>
    public static async Task<Scene> OpenAsync(FaultBed bed, string[] settings, string? folder = null, Launch? launch = null)
    {
        var scene = new Scene(await Receiver.StartAsync(), folder ?? bed.NewFolder(), settings, launch);
        await scene.StartAsync();
        using var answer =
            await scene.Service.Client.PostAsJsonAsync("/v1/webhooks", new { url = scene._receiver.Url, eventTypes = EventTypes });
        answer.EnsureSuccessStatusCode();
        return scene;
    }

    /// <summary>Starts the service, or restarts it on the same port and files.</summary>
    /// <param name="settings">Settings that override those of the scene.</param>
    public async Task StartAsync(params string[] settings)
    {
        if (Service is not null) await Service.DisposeAsync();
        Service = await RunAsync(_port, [.. _settings, .. settings]);
    }

    /// <summary>Starts another process on the same database.</summary>
    public async Task<ServedProcess> StartOtherAsync(params string[] settings)
    {
        var other = await RunAsync(ServedProcess.FreePort(), [.. _settings, .. settings]);
        _others.Add(other);
        return other;
    }

    public Senders Send(SenderOptions? options = null) => new(Service.Address, Key, Ledger, options ?? new SenderOptions());

    /// <summary>Posts events and records those that were acknowledged.</summary>
    public async Task PostAsync(IReadOnlyList<FaultEvent> events)
    {
        using var answer = await Service.Client.PostAsJsonAsync("/v1/events", events);
        if (answer.IsSuccessStatusCode) Ledger.Acknowledge(events.Select(sent => sent.Id));
    }

    /// <summary>The status in the answer of <c>/health/ready</c>.</summary>
    public async Task<string> StatusAsync()
    {
        using var answer = await Service.Client.GetAsync(Ready);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString()!;
    }

    public Task<JsonElement> StatsAsync() => Service.Client.GetFromJsonAsync<JsonElement>("/v1/ingestion/stats");

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others) await other.DisposeAsync();
        await Service.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private Task<ServedProcess> RunAsync(int port, string[] settings) => ServedProcess.StartAsync(
        [
            Product.Executable, "--Auth:AdminKey", Key, "--Storage:ConnectionString", $"Data Source={Database}",
            "--Webhooks:AllowPrivateNetworks", "true",
            "--Logging:LogLevel:Default", "Warning", .. settings,
        ],
        Ready, Key, _folder, port, InContainer(_launch ?? new Launch()));

    /// <summary>Every service runs with the memory of the recommended container.</summary>
    private static Launch InContainer(Launch launch) =>
        launch with { Environment = Memory.Limit.Concat(launch.Environment).ToDictionary() };
}
