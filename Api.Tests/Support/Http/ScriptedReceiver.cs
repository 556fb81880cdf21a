using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// A WireMock server that sends the answers of a list, one per request, and repeats the last one. Its change from one answer to the next is
/// not atomic, so use it only for requests that come one after the other. For gates, resets, drips and concurrent requests use
/// <see cref="WebhookReceiver"/>.
/// </summary>
internal sealed class ScriptedReceiver : IDisposable
{
    private readonly WireMockServer _server = WireMockServer.Start();

    public ScriptedReceiver(params IReadOnlyList<IResponseBuilder> answers)
    {
        for (var step = 0; step < answers.Count; step++)
        {
            var given = _server.Given(Request.Create());
            if (answers.Count > 1) given = given.InScenario("answers");
            if (step > 0) given = given.WhenStateIs(step);
            if (step < answers.Count - 1) given = given.WillSetStateTo(step + 1);
            given.RespondWith(answers[step]);
        }
    }

    public Uri Url => new(_server.Url!);

    /// <summary>The answered requests, in order.</summary>
    public IReadOnlyList<ReceivedWebhook> Received =>
    [
        .. _server.LogEntries.Select(entry => entry.RequestMessage!).Select(request => new ReceivedWebhook(
            request.Path,
            request.Headers!.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            request.BodyAsBytes ?? [])),
    ];

    public static IResponseBuilder Status(int status) => Response.Create().WithStatusCode(status);

    public static IResponseBuilder RetryAfter(int status, string value) => Status(status).WithHeader("Retry-After", value);

    public static IResponseBuilder RedirectTo(Uri target, int status = 307) => Status(status).WithHeader("Location", target.ToString());

    /// <summary>Waits until this many requests were answered.</summary>
    public Task<IReadOnlyList<ReceivedWebhook>> WaitForAsync(int count) =>
        Eventually.GetAsync(() => Task.FromResult(Received), received => received.Count >= count, $"{count} webhooks");

    public void Dispose() => _server.Dispose();
}
