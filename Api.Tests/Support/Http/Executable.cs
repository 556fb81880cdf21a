using System.Diagnostics;
using System.Text;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Runs the executable in a separate process with the folder as its working directory, and captures its output.</summary>
internal sealed class Executable : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new(), _error = new();

    private Executable(Process process) => _process = process;

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string Output => Text(_output);

    public string Error => Text(_error);

    public static Executable Run(TempFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServiceHost).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        var executable = new Executable(Process.Start(start)!);
        executable._process.OutputDataReceived += (_, line) => Append(executable._output, line.Data);
        executable._process.ErrorDataReceived += (_, line) => Append(executable._error, line.Data);
        executable._process.BeginOutputReadLine();
        executable._process.BeginErrorReadLine();
        return executable;
    }

    /// <summary>Starts the executable and waits until it has written its start messages or has exited.</summary>
    public static async Task<Executable> StartAsync(TempFolder folder, params string[] arguments)
    {
        var executable = Run(folder, arguments);
        await Eventually.TrueAsync(
            () => executable.Output.Contains("Ctrl+C") || executable._process.HasExited, "the service prints its start messages");
        return executable;
    }

    public async Task ExitedAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
            if (line is not null) text.AppendLine(line);
    }

    private static string Text(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
