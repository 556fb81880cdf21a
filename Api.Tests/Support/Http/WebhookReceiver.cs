using System.Collections.Concurrent;
using HealthApi.Core.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>A request that a receiver got.</summary>
internal sealed record ReceivedWebhook(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>The sender's time in the timestamp header, in whole seconds.</summary>
    public DateTimeOffset SentAt => DateTimeOffset.FromUnixTimeSeconds(long.Parse(this[WebhookSignature.TimestampHeader]!));

    public string MessageId => this[WebhookSignature.IdHeader] ?? "";

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public System.Text.Json.JsonElement Json => System.Text.Json.JsonElement.Parse(Text);

    /// <summary>Whether a receiver with this secret accepts the signature at this instant.</summary>
    public bool IsSignedBy(string secret, DateTimeOffset now) => WebhookSignature.Verify(
        WebhookSecret.TryParse(secret)!, MessageId, this[WebhookSignature.TimestampHeader], this[WebhookSignature.SignatureHeader], Body,
        now);
}

/// <summary>How a receiver answers one request.</summary>
internal delegate Task Answer(HttpContext context);

/// <summary>
/// A webhook receiver: a real server on a free loopback port that records requests and answers by a script. Each scripted answer is used
/// for one request; after the last one, <see cref="DefaultAnswer"/> is used.
/// </summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly Lazy<byte[]> TwentyMebibytes = new(() =>
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(new byte[20 << 20]);
        return packed.ToArray();
    });

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();
    private readonly ConcurrentQueue<Answer> _script = new();
    private readonly CancellationTokenSource _closing = new();

    private WebhookReceiver(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    /// <summary>The answer when the script is used up; initially 200.</summary>
    public Answer DefaultAnswer { get; set; } = Status(200);

    public static async Task<WebhookReceiver> StartAsync(params Answer[] script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.HandleAsync);
        await receiver._app.StartAsync();
        receiver.Url =
            new Uri(receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        receiver.Then(script);
        return receiver;
    }

    public static Answer Status(int status, string body = "") => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body, context.RequestAborted);
    };

    public static Answer RetryAfter(int status, string value) => context =>
    {
        context.Response.Headers.RetryAfter = value;
        return Status(status)(context);
    };

    /// <summary>Reads the request and sends no answer until the sender gives up.</summary>
    public static Answer Hang() => context => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>Answers once the gate's task has completed.</summary>
    public static Answer After(Task gate, Answer answer) => async context =>
    {
        await gate.WaitAsync(context.RequestAborted);
        await answer(context);
    };

    /// <summary>Aborts the connection without an answer.</summary>
    public static Answer Reset() => context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>200 at once, then a body that never ends: one byte after each gap.</summary>
    public static Answer Drip(TimeSpan gap) => context => StreamAsync(context, new byte[] { (byte)'.' }, long.MaxValue, gap);

    /// <summary>200 and a body of this size, as fast as the client reads it.</summary>
    public static Answer Huge(long bytes) => context => StreamAsync(context, new byte[64 * 1024], bytes, TimeSpan.Zero);

    /// <summary>200 and a gzip body of about 20 MB that would decompress to 20 GB.</summary>
    public static Answer GzipBomb() => async context =>
    {
        context.Response.Headers.ContentEncoding = "gzip";
        for (var member = 0; member < 1_000 && !context.RequestAborted.IsCancellationRequested; member++)
            await context.Response.Body.WriteAsync(TwentyMebibytes.Value, context.RequestAborted);
    };

    /// <summary>Adds answers to the script.</summary>
    public void Then(params Answer[] script)
    {
        foreach (var answer in script) _script.Enqueue(answer);
    }

    /// <summary>Waits until this many requests were received.</summary>
    public Task<IReadOnlyList<ReceivedWebhook>> WaitForAsync(int count, string awaited = "webhooks") =>
        Eventually.GetAsync(() => Task.FromResult(Received), received => received.Count >= count, $"{count} {awaited}");

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _app.DisposeAsync();
        _closing.Dispose();
    }

    private static async Task StreamAsync(HttpContext context, byte[] chunk, long bytes, TimeSpan gap)
    {
        for (var sent = 0L; sent < bytes && !context.RequestAborted.IsCancellationRequested; sent += chunk.Length)
        {
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (gap > TimeSpan.Zero) await Task.Delay(gap, context.RequestAborted);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers =
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _received.Enqueue(new ReceivedWebhook(context.Request.Path, headers, body.ToArray()));
        using var registration = _closing.Token.Register(context.Abort);
        try
        {
            await (_script.TryDequeue(out var answer) ? answer : DefaultAnswer)(context);
        }
        catch (OperationCanceledException)
        {
            // The sender gave up, or the test is over.
        }
    }
}
