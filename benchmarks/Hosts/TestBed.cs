using HealthApi.Api.Tests.Support.Broker;

namespace HealthApi.Benchmarks.Hosts;

/// <summary>The hosts that measurements use, started at first use and stopped at the end, in a folder that is deleted then.</summary>
internal sealed class TestBed(RunOptions options) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("healthapi-bench-");
    private readonly Dictionary<string, Task<object>> _started = [];
    private RabbitMqBroker? _broker;
    private int _folders;

    public RunOptions Options => options;

    public Task<ServedProcess> FloorAsync() => OnceAsync("floor", () => FloorHost.StartAsync(NewFolder()));

    /// <summary>The service without a worker: accepted events wait in the lanes.</summary>
    public Task<Product> ApiOnlyAsync() => OnceAsync("api", () => DescribedAsync("--Roles", "api", "--Limits:Backlog", "0"));

    /// <summary>The embedded default: API and worker in one process.</summary>
    public Task<Product> EmbeddedAsync() => OnceAsync("embedded", () => DescribedAsync());

    /// <summary>The embedded default without any other load.</summary>
    public Task<Product> QuietAsync() => OnceAsync("quiet", () => DescribedAsync());

    /// <summary>API and worker in one process, with lanes on RabbitMQ.</summary>
    public Task<Product> RabbitAsync() => OnceAsync("rabbit", () => DescribedAsync(
        "--Messaging:Transport", "RabbitMq", "--Messaging:RabbitMq:Uri", BrokerUri()));

    public Task<Receiver> ReceiverAsync() => OnceAsync("receiver", Receiver.StartAsync);

    public string NewFolder() => _folder.CreateSubdirectory($"{++_folders}").FullName;

    public async ValueTask DisposeAsync()
    {
        foreach (var start in _started.Values)
        {
            if (start.IsCompletedSuccessfully && start.Result is IAsyncDisposable started)
                await started.DisposeAsync();
        }

        _broker?.Dispose();
        _folder.Delete(recursive: true);
    }

    private string BrokerUri() => options.Rabbit == RunOptions.LocalRabbit ? (_broker ??= new RabbitMqBroker()).NewUri() : options.Rabbit!;

    private async Task<Product> DescribedAsync(params string[] settings)
    {
        var product = await Product.StartAsync(NewFolder(), settings);
        await product.DescribeAccountsAsync();
        return product;
    }

    private async Task<T> OnceAsync<T>(string name, Func<Task<T>> start)
        where T : class
    {
        if (!_started.TryGetValue(name, out var known)) _started[name] = known = AsObjectAsync(start);
        return (T)await known;
    }

    private static async Task<object> AsObjectAsync<T>(Func<Task<T>> start)
        where T : class => await start();
}
