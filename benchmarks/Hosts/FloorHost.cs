using System.Text.Json;
using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Benchmarks.Measurements;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Benchmarks.Hosts;

/// <summary>
/// Serves the floors with which the product is compared over HTTP: what Kestrel with the JSON parser, or a plain HttpClient, achieves on
/// this machine.
/// </summary>
internal static class FloorHost
{
    public const string Command = "floor", Ready = "/ready", Events = "/events", Deliver = "/deliver";

    private const int MaxBytes = 8 * 1024 * 1024;

    private static readonly byte[] Answer = "{\"accepted\":1,\"rejected\":[]}"u8.ToArray();

    /// <summary>Starts this program again as the floor, with the runtime settings of the product.</summary>
    public static Task<ServedProcess> StartAsync(string folder)
    {
        var own = typeof(FloorHost).Assembly.Location;
        return ServedProcess.StartAsync(["exec", "--runtimeconfig", Product.RuntimeConfig, own, Command], Ready, null, folder);
    }

    public static async Task RunAsync(string urls, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<BodyBudget>();
        await using var app = builder.Build();
        app.Urls.Add(urls);
        app.MapGet(Ready, () => Results.Ok());
        app.MapPost(Events, ParseAsync);
        app.MapPost(Deliver, (Uri url, int count) => SignedPosts.RunAsync(url, count));
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    /// <summary>
    /// Reads the body with the product's own checks, parses every event once and answers; nothing is validated or stored.
    /// </summary>
    private static async Task ParseAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        if (MediaTypes.Check(context.Request, MediaTypes.Json).Failed(out _, out _)) return;
        if ((await RequestBody.ReadAsync(context.Request, MaxBytes)).Failed(out _, out var body)) return;
        using (body) response.StatusCode = Parse(body.Bytes.Span) > 0 ? StatusCodes.Status202Accepted : StatusCodes.Status400BadRequest;
        response.ContentType = MediaTypes.Json;
        response.ContentLength = Answer.Length;
        await response.Body.WriteAsync(Answer);
    }

    private static int Parse(ReadOnlySpan<byte> json) => json[0] == '['
        ? JsonSerializer.Deserialize(json, FloorJson.Default.FloorEventArray)!.Length
        : JsonSerializer.Deserialize(json, FloorJson.Default.FloorEvent) is null ? 0 : 1;
}
