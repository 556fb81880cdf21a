using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Commands.Receiving;

/// <summary>A webhook receiver on this machine: accepts every POST, answers 200, and passes the message to a callback.</summary>
internal sealed class WebhookListener : IAsyncDisposable
{
    private const int MaxBodyBytes = 1024 * 1024;

    private readonly WebApplication _app;
    private readonly Action<ReceivedMessage> _received;
    private readonly TimeProvider _time;

    private WebhookListener(WebApplication app, Action<ReceivedMessage> received, TimeProvider time) =>
        (_app, _received, _time) = (app, received, time);

    /// <summary>The secret with which signatures are verified; null to verify none.</summary>
    public WebhookSecret? Secret { get; set; }

    public string Url => _app.Urls.First();

    /// <param name="url">The address to listen on; port 0 for any free port.</param>
    /// <param name="received">Called for each webhook, concurrently on several threads.</param>
    /// <param name="time">The clock with which the timestamps of signatures are compared.</param>
    /// <exception cref="CommandFailure">The port is taken.</exception>
    public static async Task<WebhookListener> StartAsync(
        string url, Action<ReceivedMessage> received, TimeProvider time, CancellationToken cancellation)
    {
        ListenUrls.CheckFree(url);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
        var listener = new WebhookListener(builder.Build(), received, time);
        listener._app.Run(listener.HandleAsync);
        await listener._app.StartAsync(cancellation);
        return listener;
    }

    public Task WaitAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received(ReceivedMessage.Of(context.Request, body.ToArray(), Secret, _time.GetUtcNow()));
    }
}
