using System.Collections.Concurrent;
using HealthApi.Api.Tests.Support.Http;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Telemetry;

/// <summary>The log contains no payloads and no secrets at any level.</summary>
internal sealed class LogTests
{
    private const string Marker = "payload-marker-7f3a";

    private static readonly string[] Everything =
        [.. ((string[])["Default", "Microsoft", "System", "MassTransit", "Polly"])
            .Select(category => $"Logging:LogLevel:{category}=Trace")];

    [Test]
    public async Task Nothing_logged_at_any_level_contains_a_payload_or_a_secret()
    {
        using var log = new Capture();
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Status(500, Marker));
        await using var service = await TestService.StartAsync(Everything, adjust: builder => builder.Logging.AddProvider(log));
        var (_, webhookSecret) = await service.SubscribeAsync(receiver.Url);
        var key = (await service.PostAsync("/v1/keys", new { name = "other", scopes = new[] { "ingest" } })).GetProperty("secret")
            .GetString()!;
        foreach (var (body, type) in Bodies())
        {
            using (var response = await service.PostTextAsync("/v1/events", body, type))
                Assert.That((int)response.StatusCode, Is.LessThan(500));
        }

        await service.PutAsync("/v1/accounts/acme", new { name = Marker, attributes = new { note = Marker } });
        await service.IntakeAsync([System.Text.Encoding.UTF8.GetBytes(Marker)]);
        await service.QueueAsync("logged");
        await receiver.WaitForAsync(1);
        await service.SettledAsync();
        Assert.That(log.Lines, Has.Count.GreaterThan(20), "the log was captured");
        foreach (var secret in (string[])[Marker, TestService.AdminKey, key, webhookSecret])
            Assert.That(log.Lines.Where(line => line.Contains(secret, StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<(string Body, string Type)> Bodies() =>
    [
        ($$"""{"id":"a","type":"nps.responded","accountId":"acme","data":{"score":9,"comment":"{{Marker}}"} }""", "application/json"),
        ($$"""{"id":"a","type":"nps.responded","accountId":"acme","data":{"score":1,"comment":"{{Marker}}2"} }""", "application/json"),
        ($$"""{"id":"b","type":"{{Marker}}","accountId":"acme"}""", "application/json"),
        ($$"""{"id":"c","{{Marker}}":1""", "application/json"),
        ($$"""{"id":"d","type":"usage.login","accountId":"acme","data":{"quantity":"{{Marker}}"} }""", "application/x-ndjson"),
        ($$"""{"specversion":"1.0","id":"{{Marker}}","source":"x","type":"usage.login","subject":"acme","time":"{{Marker}}"}""",
        "application/cloudevents+json"),
    ];

    private sealed class Capture : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                lines.Enqueue($"{category} {state}");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{category} {formatter(state, exception)} {exception}");
        }
    }
}
