using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Events;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>W3C Trace Context: an event carries the sender's trace on; an invalid trace header is ignored.</summary>
internal sealed class TraceContextTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [TestCase("00-" + Trace + "-00f067aa0ba902b7-01", ExpectedResult = true)]
    [TestCase("00-" + Trace + "-0000000000000000-01", ExpectedResult = false)]
    [TestCase("ff-" + Trace + "-00f067aa0ba902b7-01", ExpectedResult = false)]
    [TestCase("rubbish", ExpectedResult = false)]
    [TestCase("|rubbish.1.", ExpectedResult = false)]
    public async Task<bool> An_event_carries_the_valid_trace_of_its_request(string traceParent)
    {
        // ASP.NET Core creates an activity for a request only if a logger or listener is enabled.
        await using var service =
            await TestService.StartAsync(["Roles=api"], adjust: builder => builder.Logging.AddProvider(new Listener()));
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/v1/events")
        { Content = TestRequests.Text("""{"id":"a","type":"usage.login","accountId":"a"}""") };
        request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        using var response = await service.Client.SendAsync(request);
        var stored = EventBatchCodec.Decode((await service.Services.GetWaitingAsync()).Single().Payload).Single().TraceParent;
        Assert.That(stored, Does.Match("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$"),
            "the event has a valid trace even if the request had none");
        return stored!.Contains(Trace, StringComparison.Ordinal);
    }

    private sealed class Listener : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
