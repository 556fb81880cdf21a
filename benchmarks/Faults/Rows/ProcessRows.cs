using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>The process is asked to stop, runs out of file descriptors, or is held up by slow callers.</summary>
internal static class ProcessRows
{
    public static IEnumerable<FaultRow> All { get; } =
    [
        new("18", "SIGTERM under load", StoppedAsync),
        new("24", "clock steps by 10 minutes",
            _ => Task.FromResult(FaultResult.Skipped("needs a simulated clock: Webhooks/Faults/ClockStepTests in dotnet test"))),
        new("25", "file descriptors exhausted", ExhaustedAsync),
        new("26", "slowloris", DrippedAsync),
    ];

    private static async Task<FaultResult> StoppedAsync(FaultBed bed)
    {
        var (stops, longest) = (bed.Times(20, 3), 0.0);
        await using var scene = await Scene.OpenAsync(bed, bed.OverBroker());
        using var senders = scene.Send();
        for (var stop = 0; stop < stops; stop++)
        {
            await Task.Delay(700);
            var asked = Stopwatch.GetTimestamp();
            await Tool.SignalAsync("TERM", scene.Service.Id);
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await scene.Service.ExitedAsync(patience.Token);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(asked).TotalSeconds);
            await scene.StartAsync();
        }

        await senders.StopAsync();
        scene.Ledger.FaultEnds();
        var result = await Settlement.OfAsync(scene);

        // A request that was cut and applied had reached the service; any other met a closed socket.
        var (cut, applied) = (scene.Ledger.Cut, scene.Applied.Ids());
        var inService = cut.Count(applied.Contains);
        return (
            result
            with
            {
                Extra =
            $"{stops} stops, longest {longest:N1} s, {inService} requests cut in progress, {cut.Count - inService} met a closed socket, "
                + $"{result.Extra}"
            })
            .Expect(longest < 30, "it did not stop in time").Expect(inService == 0, "requests in progress were cut");
    }

    /// <summary>A process that may open 1,024 files, the usual limit of a host, and callers that try to use all of them.</summary>
    private static async Task<FaultResult> ExhaustedAsync(FaultBed bed)
    {
        const int Descriptors = 1_024;
        await Tool.RunAsync("prlimit", "--version");
        await using var scene =
            await Scene.OpenAsync(bed, [], launch: new Launch { Program = ["prlimit", $"--nofile={Descriptors}:{Descriptors}", "dotnet"] });
        using var senders = scene.Send();
        await Task.Delay(TimeSpan.FromSeconds(1));
        scene.Ledger.FaultBegins();
        var idle = Enumerable.Range(0, 2 * Descriptors).Select(_ => Connect(scene)).ToList();
        await Task.Delay(bed.Seconds(15, 5));
        if (scene.Service.HasExited) throw new InvalidOperationException("The service has exited: " + scene.Service.LastLines);
        var open = Directory.GetFiles($"/proc/{scene.Service.Id}/fd").Length;
        foreach (var socket in idle) socket.Dispose();
        scene.Ledger.FaultEnds();
        var back = await Settlement.UntilAsync(() => AnswersAnewAsync(scene));
        await Task.Delay(TimeSpan.FromSeconds(1));
        await senders.StopAsync();
        return (
            await Settlement.OfAsync(
                scene, $"{idle.Count:N0} connections, {open} of {Descriptors} descriptors open, new callers answered {back:N1} s after"))
            .Expect(scene.Ledger.Count == scene.Ledger.Sent, "connected callers were refused");
    }

    private static async Task<FaultResult> DrippedAsync(FaultBed bed)
    {
        await using var scene = await Scene.OpenAsync(bed, ["--Server:HeadersTimeout", bed.Quick ? "00:00:05" : "00:00:30"]);
        using var senders = scene.Send();
        scene.Ledger.FaultBegins();
        var callers = Enumerable.Range(0, bed.Times(500, 100)).Select(number => Task.Run(() => DripAsync(scene, number % 2 == 0)))
            .ToArray();
        var answers = await Task.WhenAll(callers);
        scene.Ledger.FaultEnds();
        await senders.StopAsync();
        var timedOut = answers.Count(answer => answer.Contains(" 408 ", StringComparison.Ordinal));
        return (await Settlement.OfAsync(scene, $"{timedOut} of {answers.Length} dripping callers got 408"))
            .Expect(timedOut == answers.Length, "a dripping caller did not get 408")
                .Expect(scene.Ledger.Count == scene.Ledger.Sent, "good callers were refused");
    }

    private static Socket Connect(Scene scene)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, scene.Service.Address.Port);
        return socket;
    }

    private static async Task<bool> AnswersAnewAsync(Scene scene)
    {
        using var client = new HttpClient { BaseAddress = scene.Service.Address, Timeout = TimeSpan.FromSeconds(1) };
        try
        {
            using var answer = await client.GetAsync(Scene.Ready);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends one byte per second, of the headers or of a body, until the service answers.</summary>
    private static async Task<string> DripAsync(Scene scene, bool headers)
    {
        using var socket = Connect(scene);
        var head =
            $"POST /v1/events HTTP/1.1\r\nHost: {scene.Service.Address.Authority}\r\nAuthorization: Bearer {Scene.Key}\r\nContent-Type: "
                + "application/json\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(headers ? head : head + "Content-Length: 1000\r\n\r\n"));
        var answer = ReadAsync(socket);
        while (!answer.IsCompleted)
        {
            try
            {
                await socket.SendAsync(new[] { (byte)(headers ? 'x' : ' ') });
            }
            catch (SocketException)
            {
                break;
            }

            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1)));
        }

        return await answer;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
