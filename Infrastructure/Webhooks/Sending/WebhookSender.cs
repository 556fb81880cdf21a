using System.Net.Http.Headers;
using HealthApi.Core.Webhooks;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>
/// Signs and posts a message, without redirects, proxy, cookies or decompression. The caller's token is the deadline for the whole attempt.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private const int MaxHeaderKilobytes = 16;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private static readonly string UserAgent = "HealthApi-Webhooks/" + typeof(WebhookSender).Assembly.GetName().Version!.ToString(3);

    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public WebhookSender(IOptions<WebhookOptions> options, HostResolver resolver, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _time = time;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = new WebhookConnector(resolver, options.Value.AllowPrivateNetworks).ConnectAsync,
            ConnectTimeout = options.Value.Timeout,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
    }

    /// <summary>Makes one attempt. Every reaction of the receiver is a result, not an exception.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the receiver's status arrived.</exception>
    internal async Task<DeliveryAttempt> SendAsync(WebhookRequest message, CancellationToken cancellation)
    {
        using var activity = DeliveryTelemetry.Begin(message.Trace, message.MessageId);
        var attempt = await AttemptAsync(message, activity?.Id ?? message.Trace, cancellation);
        DeliveryTelemetry.End(activity, attempt);
        return attempt;
    }

    public void Dispose() => _http.Dispose();

    private async Task<DeliveryAttempt> AttemptAsync(WebhookRequest message, string? trace, CancellationToken cancellation)
    {
        var (at, began) = (_time.GetUtcNow(), _time.GetTimestamp());
        try
        {
            using var request = Request(message, trace, at);
            using var response = await _http.SendAsync(request, cancellation);
            var answer = await WebhookAnswer.ReadAsync(response.Content, cancellation);
            return new DeliveryAttempt(at, _time.GetElapsedTime(began), (int)response.StatusCode, null, answer, RetryAfter(response, at));
        }
        catch (HttpRequestException failure)
        {
            return new DeliveryAttempt(at, _time.GetElapsedTime(began), null, DeliveryFaults.Of(failure), null, null);
        }
    }

    private static HttpRequestMessage Request(WebhookRequest message, string? trace, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = new SentOnceContent(message.Body, Json) };
        var headers = request.Headers;
        headers.TryAddWithoutValidation(WebhookSignature.IdHeader, message.MessageId);
        headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, timestamp.ToString());
        headers.TryAddWithoutValidation(
            WebhookSignature.SignatureHeader, WebhookSignature.Sign(message.Secrets, message.MessageId, timestamp, message.Body));
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        if (trace is not null) headers.TryAddWithoutValidation("traceparent", trace);
        return request;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - now,
        _ => null,
    };
}
