using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using HealthApi.Api.Tests.Support.Stores;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// Runs the executable in a separate process, which a test can kill at any moment and start again on the same folder and port.
/// </summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestService.AdminKey);
    }

    public HttpClient Client { get; }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the service on SQLite in the folder and waits until it is ready.</summary>
    public static Task<ServiceProcess> StartAsync(TempFolder folder, int port, params string[] settings) =>
        StartAsync(folder, port, TestStore.In(folder), settings);

    /// <summary>Starts the service on the store and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(TempFolder folder, int port, TestStore store, params string[] settings)
    {
        var start = new ProcessStartInfo(
            "dotnet")
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.File(".") };
        string[] arguments =
        [
            typeof(ServiceHost).Assembly.Location, "--urls", $"http://127.0.0.1:{port}", "--Auth:AdminKey", TestService.AdminKey,
            "--Webhooks:AllowPrivateNetworks", "true", .. store.Settings.Select(setting => "--" + setting), .. settings,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var service = new ServiceProcess(process, new Uri($"http://127.0.0.1:{port}"));
        try
        {
            await Eventually.GetAsync(service.IsReadyAsync, ready => ready, "the service is ready");
        }
        catch
        {
            // The test has no reference to the process yet. Left alive, it would use a database that the next test gets.
            service.Dispose();
            throw;
        }

        return service;
    }

    /// <summary>Kills the process with <c>kill -9</c>: it flushes nothing and closes nothing.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        Client.Dispose();
        _process.Dispose();
    }

    /// <summary>Returns false on a timeout too: on a busy machine the first answer may take longer than the client waits.</summary>
    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Client.GetAsync("/health/ready");
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
