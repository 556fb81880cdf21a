using HealthApi.Api.Tests.Support.Broker;

namespace HealthApi.Benchmarks.Faults;

/// <summary>The resources that the rows share: a folder that is deleted at the end, and a private broker.</summary>
internal sealed class FaultBed(bool quick, TextWriter output) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("healthapi-faults-");
    private RabbitMqBroker? _broker;
    private int _folders;

    public bool Quick => quick;

    public TextWriter Output => output;

    /// <exception cref="ToolMissingException">RabbitMQ is not installed.</exception>
    public RabbitMqBroker Broker =>
        _broker ??= RabbitMqBroker.IsInstalled ? new RabbitMqBroker() : throw new ToolMissingException("rabbitmq-server is not installed");

    /// <summary>The first number in a full run, the second in a quick one.</summary>
    public int Times(int full, int short_) => quick ? short_ : full;

    public TimeSpan Seconds(int full, int short_) => TimeSpan.FromSeconds(Times(full, short_));

    public string NewFolder() => _folder.CreateSubdirectory($"{++_folders}").FullName;

    /// <summary>Settings of a service whose lanes are on the broker, in a virtual host of its own.</summary>
    public string[] OverBroker() => OverBroker(Broker.NewUri());

    public static string[] OverBroker(string uri) => ["--Messaging:Transport", "RabbitMq", "--Messaging:RabbitMq:Uri", uri];

    /// <summary>Restores the broker, whatever a row did to it.</summary>
    public void Restore()
    {
        _broker?.Thaw();
        _broker?.Restart();
    }

    public ValueTask DisposeAsync()
    {
        _broker?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
