using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace HealthApi.Benchmarks.Hosts;

/// <summary>A web host in a process of its own: floors and product are started in the same way, apart from the load generator.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Between = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private ServedProcess(Process process, Uri address, string? key)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        if (key is not null) Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of its output.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines) return string.Join('\n', _lastLines);
        }
    }

    /// <summary>The time from the start of the process until it was ready.</summary>
    public TimeSpan StartedWithin { get; private set; }

    /// <summary>The processor time that the process has used, over all cores.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The resident memory of the process, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts <c>dotnet</c> with the arguments and an added address, and waits until the path answers 200.</summary>
    /// <param name="port">The port on which it listens; a free port where it is null.</param>
    /// <param name="launch">How the host is started.</param>
    public static async Task<ServedProcess> StartAsync(
        IEnumerable<string> arguments, string readyPath, string? key, string folder, int? port = null, Launch? launch = null)
    {
        var address = new Uri($"http://127.0.0.1:{port ?? FreePort()}");
        launch ??= new Launch();
        var start = new ProcessStartInfo(
            launch.Program[0], [.. launch.Program[1..], .. arguments, "--urls", address.GetLeftPart(UriPartial.Authority)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        var clock = Stopwatch.StartNew();
        var served = new ServedProcess(Process.Start(start)!, address, key);
        while (!await served.AnswersAsync(readyPath)) await served.WaitAsync(clock.Elapsed);
        served.StartedWithin = clock.Elapsed;
        return served;
    }

    /// <summary>Kills the process with <c>kill -9</c>: it flushes nothing and closes nothing.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    /// <summary>Waits until the process has ended by itself.</summary>
    public Task ExitedAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using var answer = await Client.GetAsync(path);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task WaitAsync(TimeSpan waited)
    {
        if (_process.HasExited || waited > Patience)
            throw new InvalidOperationException("The host did not start:\n" + string.Join('\n', _lastLines));
        await Task.Delay(Between);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 30) _lastLines.Dequeue();
        }
    }
}
