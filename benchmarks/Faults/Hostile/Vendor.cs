using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Faults.Hostile;

/// <summary>A vendor that signs its webhooks as Stripe does, without an API key.</summary>
internal sealed class Vendor
{
    private const string Secret = "whsec_of-the-faults-0123456789";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _client;
    private readonly List<double> _taken = [];

    private Vendor(Uri server, string path) =>
        (_client, Path) = (new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromMinutes(2) }, path);

    /// <summary>The path to which it posts.</summary>
    public string Path { get; }

    /// <summary>The number of webhooks that were not acknowledged.</summary>
    public int Refused { get; private set; }

    /// <summary>The 99th percentile of the acknowledgements, in milliseconds.</summary>
    public double P99 => Statistics.Percentile([.. _taken.Order()], 0.99);

    public int Acknowledged => _taken.Count;

    public static async Task<Vendor> OfAsync(Scene scene)
    {
        using var answer = await scene.Service.Client.PostAsJsonAsync("/v1/integrations", new { vendor = "stripe", secret = Secret });
        answer.EnsureSuccessStatusCode();
        return new Vendor(
            scene.Service.Address, $"/in/{(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()}");
    }

    /// <summary>The header with a valid signature of a body.</summary>
    public static string Signature(ReadOnlySpan<byte> body)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.UTF8.GetBytes($"{now}."), .. body]);
        return $"Stripe-Signature: t={now},v1={Convert.ToHexStringLower(hash)}";
    }

    /// <summary>Posts small webhooks one after the other.</summary>
    public async Task DeliverAsync(CancellationToken over)
    {
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            var body = Encoding.UTF8.GetBytes(
                $$$$"""{"id":"evt_{{{{number}}}}","type":"invoice.paid","created":1,"data":{"object":{"id":"in_{{{{number}}}}","customer":"cus_{{{{number % 40}}}}"}}}""");
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Add("Stripe-Signature", Signature(body).Split(": ")[1]);
            var began = Stopwatch.GetTimestamp();
            using var answer = await _client.SendAsync(request, CancellationToken.None);
            if (answer.IsSuccessStatusCode) _taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            else Refused++;
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
