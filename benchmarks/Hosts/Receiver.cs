using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthApi.Benchmarks.Hosts;

/// <summary>
/// Takes webhooks, counts them and passes them to callbacks; answers 200 at once. The product and its floor send to the same receiver.
/// </summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _received;

    private Receiver(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public long Received => Interlocked.Read(ref _received);

    /// <summary>Called with every body, on the receiving thread; it must return quickly.</summary>
    public Action<ReadOnlySequence<byte>>? Seen { get; set; }

    /// <summary>Called with the id and the body of every message; it must return quickly.</summary>
    public Action<string, ReadOnlySequence<byte>>? ReceivedWebhooks { get; set; }

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        receiver.Url =
            new Uri(receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return receiver;
    }

    public async Task WaitForAsync(long total, TimeSpan patience)
    {
        using var over = new CancellationTokenSource(patience);
        while (Received < total) await Task.Delay(1, over.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var body = await reader.ReadAsync();
        while (!body.IsCompleted)
        {
            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
            body = await reader.ReadAsync();
        }

        Seen?.Invoke(body.Buffer);
        ReceivedWebhooks?.Invoke(context.Request.Headers["webhook-id"].ToString(), body.Buffer);
        reader.AdvanceTo(body.Buffer.End);
        Interlocked.Increment(ref _received);
        context.Response.ContentLength = 0;
    }
}
