using System.Globalization;
using System.Text;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Posts events whose content and times the caller decides, in their order, over one connection.</summary>
internal static class EventBody
{
    private const int PerRequest = 500;

    /// <summary>The bodies of the requests that carry these events.</summary>
    public static IEnumerable<byte[]> Chunks(IEnumerable<string> events) =>
        events.Chunk(PerRequest).Select(chunk => Encoding.UTF8.GetBytes($"[{string.Join(",\n", chunk)}]"));

    /// <summary>Posts bodies and returns once their events are processed.</summary>
    /// <param name="total">The number of their events.</param>
    public static async Task PostAsync(Product product, IEnumerable<byte[]> bodies, int total)
    {
        var before = await product.ProcessedAsync();
        using var connection = await HttpConnection.OpenAsync(product.Process.Address);
        foreach (var body in bodies)
        {
            if (await connection.PostAsync(product.Request(new EventTemplate(body, []))) is var status && status != 202)
                throw new InvalidOperationException($"POST /v1/events → {status}");
        }

        await product.WaitProcessedAsync(before + total, TimeSpan.FromHours(1));
    }

    /// <param name="data">The members of its data.</param>
    public static string Json(string id, string type, string account, DateTimeOffset at, string data) =>
        $$"""
        {"id":"{{id}}","type":"{{type}}","accountId":"{{account}}","occurredAt":"{{at.ToString("O", CultureInfo.InvariantCulture)}}","source":"bench","data":{ {{data}} } }
        """;
}
