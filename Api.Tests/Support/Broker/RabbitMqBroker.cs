using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HealthApi.Api.Tests.Support.Broker;

/// <summary>
/// A private RabbitMQ node on free loopback ports in a temporary folder, with its own home, cookie, data and port mapper. The node and the
/// port mapper read a pipe from the test process and end when it closes, so they end even when the test process is killed.
/// </summary>
internal sealed partial class RabbitMqBroker : IDisposable
{
    private static readonly string[] Folders = ["/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _scripts;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("healthapi-rabbitmq-");
    private readonly int _port = FreePort(), _distributionPort = FreePort(), _mapperPort = FreePort();
    private readonly Process _mapper;
    private Process _node;
    private int _hosts;

    /// <exception cref="InvalidOperationException">RabbitMQ is not installed, or does not start.</exception>
    public RabbitMqBroker()
    {
        _scripts = Folders.FirstOrDefault(HasServer) ?? throw new InvalidOperationException("RabbitMQ is not installed (rabbitmq-server).");
        File.WriteAllText(InFolder("plugins"), "[].");
        _mapper = Run("/bin/sh", "-c", "epmd -port \"$ERL_EPMD_PORT\" -address 127.0.0.1 & read -r _; kill $!");
        _node = StartNode();
    }

    /// <summary>Creates an empty virtual host and returns its AMQP URI.</summary>
    public string NewUri()
    {
        var name = $"test-{++_hosts}";
        Control("add_vhost", name);
        Control("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        return $"amqp://guest:guest@127.0.0.1:{_port}/{name}";
    }

    /// <summary><c>kill -9</c>.</summary>
    public void Kill()
    {
        _node.Kill();
        _node.WaitForExit();
    }

    /// <summary>Starts the node again on its ports and data.</summary>
    public void Restart()
    {
        if (_node.HasExited) _node = StartNode();
    }

    public void Freeze() => Signal("-STOP");

    public void Thaw() => Signal("-CONT");

    /// <summary>Runs <c>rabbitmqctl</c> and returns what it prints.</summary>
    public string Control(params string[] arguments)
    {
        using var control = Run(Path.Combine(_scripts, "rabbitmqctl"), ["-q", .. arguments]);
        control.StandardInput.Close();
        var errors = control.StandardError.ReadToEndAsync();
        var output = control.StandardOutput.ReadToEnd();
        control.WaitForExit();
        return control.ExitCode == 0 ? output
            : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)}: {output}{errors.Result}");
    }

    public void Dispose()
    {
        Kill();
        _node.Dispose();
        _mapper.StandardInput.Close();
        _mapper.WaitForExit();
        _mapper.Dispose();
        _folder.Delete(recursive: true);
    }

    public static bool IsInstalled => Folders.Any(HasServer);

    private static bool HasServer(string folder) => File.Exists(Path.Combine(folder, "rabbitmq-server"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);

    private void Signal(string signal)
    {
        if (_node.HasExited) return;
        using var kill = Process.Start("kill", [signal, _node.Id.ToString()]);
        kill.WaitForExit();
    }

    private Process StartNode()
    {
        var node = Run(Path.Combine(_scripts, "rabbitmq-server"));
        var output = new List<string>();
        var started = Task.Run(() => ReadUntilStarted(node, output));
        if (started.Wait(Patience) && started.Result) return node;
        node.Kill();
        throw new InvalidOperationException($"RabbitMQ did not start:\n{string.Join('\n', output)}");
    }

    private static bool ReadUntilStarted(Process node, List<string> output)
    {
        while (node.StandardOutput.ReadLine() is { } line)
        {
            output.Add(line);
            if (!line.Contains("completed with", StringComparison.Ordinal)) continue;
            _ = node.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            _ = node.StandardError.BaseStream.CopyToAsync(Stream.Null);
            return true;
        }

        return false;
    }

    private Process Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        foreach (var (name, value) in Settings()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} does not start.");
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["HOME"] = _folder.FullName,
        ["ERL_EPMD_PORT"] = $"{_mapperPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = $"healthapi{_port}@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{_port}",
        ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["RABBITMQ_MNESIA_BASE"] = InFolder("data"),
        ["RABBITMQ_LOG_BASE"] = InFolder("log"),
        ["RABBITMQ_CONF_ENV_FILE"] = InFolder("none"),
        ["RABBITMQ_CONFIG_FILE"] = InFolder("none"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = InFolder("none"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = InFolder("plugins"),
        // The script replaces itself with the node: the process id that we kill is the node's, and the node reads our pipe.
        ["RABBITMQ_ALLOW_INPUT"] = "1",
    };
}
