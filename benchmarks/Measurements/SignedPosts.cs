using System.Net.Http.Headers;
using System.Text;
using HealthApi.Core.Webhooks;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>The simplest way to send webhooks: sign, post, check the status, 64 in flight.</summary>
internal static class SignedPosts
{
    private const int InFlight = 64;

    private static readonly byte[] Body =
        Encoding.UTF8.GetBytes($"{{\"type\":\"health.threshold_crossed\",\"data\":\"{new string('x', 960)}\"}}");
    private static readonly WebhookSecret[] Secrets = [new(Encoding.ASCII.GetBytes("the-secret-of-the-benchmark-floor"))];

    /// <summary>Posts a number of messages.</summary>
    public static async Task RunAsync(Uri url, int count)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= count) await PostAsync(http, url, number);
        })));
    }

    private static async Task PostAsync(HttpMessageInvoker http, Uri url, int number)
    {
        var (id, timestamp) = ($"msg_{number}", DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, id);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, timestamp.ToString());
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Sign(Secrets, id, timestamp, Body));
        using var answer = await http.SendAsync(request, CancellationToken.None);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The receiver answered {(int)answer.StatusCode}.");
    }
}
