using System.Net.Sockets;
using System.Text;

namespace HealthApi.Benchmarks.Faults.Hostile;

/// <summary>Announces a body of 8 MiB, sends a few hundred bytes of it per second, and connects again when it is cut off.</summary>
internal static class SlowSocket
{
    private const int Announced = 8 * 1024 * 1024, TicksPerSecond = 10;

    public static async Task DripAsync(Uri server, string target, IReadOnlyList<string> headers, int bytesPerSecond, CancellationToken over)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + $"{Announced}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");
        var drop = Encoding.ASCII.GetBytes(new string(' ', bytesPerSecond / TicksPerSecond));
        while (!over.IsCancellationRequested)
        {
            try
            {
                using var socket = RawCall.Connect(server);
                await socket.SendAsync(head);
                while (!over.IsCancellationRequested && !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0))
                {
                    await socket.SendAsync(drop);
                    await Task.Delay(TimeSpan.FromSeconds(1.0 / TicksPerSecond), CancellationToken.None);
                }
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.0 / TicksPerSecond), CancellationToken.None);
            }
        }
    }
}
