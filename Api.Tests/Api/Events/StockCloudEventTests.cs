using System.Net;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>CloudEvents written by the CNCF's own library are accepted and processed.</summary>
internal sealed class StockCloudEventTests
{
    private static readonly JsonEventFormatter Formatter = new();
    private static readonly DateTimeOffset Time = new(2026, 11, 19, 10, 30, 0, TimeSpan.FromHours(1));

    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(clock: new ManualTimeProvider());

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task An_event_is_accepted_and_applied([Values] ContentMode mode)
    {
        await AcceptedAsync(Used("ce-1").ToHttpContent(mode, Formatter), 1);
        await IsAppliedAsync("ce-1");
    }

    [Test]
    public async Task A_batch_is_accepted_and_applied()
    {
        await AcceptedAsync(new[] { Used("ce-1"), Used("ce-2"), Used("ce-3") }.ToHttpContent(Formatter), 3);
        await IsAppliedAsync("ce-1", "ce-2", "ce-3");
    }

    [Test]
    public async Task An_empty_batch_is_accepted() => await AcceptedAsync(Array.Empty<CloudEvent>().ToHttpContent(Formatter), 0);

    [Test]
    public async Task The_same_event_in_every_mode_is_applied_once()
    {
        await AcceptedAsync(Used("ce-1").ToHttpContent(ContentMode.Structured, Formatter), 1);
        await AcceptedAsync(Used("ce-1").ToHttpContent(ContentMode.Binary, Formatter), 1);
        await AcceptedAsync(new[] { Used("ce-1"), Used("ce-2") }.ToHttpContent(Formatter), 2);
        await IsAppliedAsync("ce-1", "ce-2");
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        var counts = ((string[])["accepted", "processed", "duplicates", "conflicts"]).Select(name => stats.GetProperty(name).GetInt32());
        Assert.That(counts, Is.EqualTo((int[])[4, 2, 2, 0]));
    }

    [Test]
    public async Task An_event_without_data_is_applied([Values] ContentMode mode)
    {
        var login = new CloudEvent
        {
            Id = "ce-1",
            Source = new Uri("/crm/eu", UriKind.Relative),
            Type = "usage.login",
            Subject = "acme",
            Time = Time
        };
        await AcceptedAsync(login.ToHttpContent(mode, Formatter), 1);
        await IsAppliedAsync("ce-1");
    }

    /// <summary>The library percent-encodes headers and escapes JSON; the service must decode both.</summary>
    [Test]
    public async Task Attributes_with_any_characters_are_stored_unchanged([Values] ContentMode mode)
    {
        const string Name = "Zürich \"AG\" 100 % 😀";
        var happened = Used("ce-1");
        (happened.Subject, happened.Source) = (Name, new Uri("urn:crm:Zürich"));
        await AcceptedAsync(happened.ToHttpContent(mode, Formatter), 1);
        await _service.SettledAsync();
        var entry = (await _service.ListAsync($"/v1/accounts/{Uri.EscapeDataString(Name)}/timeline?kinds=event")).Single();
        Assert.That(entry.GetProperty("id").GetString(), Is.EqualTo("ce-1"));
    }

    [Test]
    public async Task Extension_attributes_are_ignored([Values] ContentMode mode)
    {
        var happened = Used("ce-1");
        happened["partitionkey"] = "acme";
        happened.SetAttributeFromString("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await AcceptedAsync(happened.ToHttpContent(mode, Formatter), 1);
        await IsAppliedAsync("ce-1");
    }

    [Test]
    public async Task The_library_can_read_the_requests_of_this_test([Values] ContentMode mode)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = Used("ce-1").ToHttpContent(mode, Formatter) };
        var read = await request.ToCloudEventAsync(Formatter);
        Assert.That(
            (read.Id, read.Source, read.Subject, read.Time), Is.EqualTo(("ce-1", new Uri("/crm/eu", UriKind.Relative), "acme", Time)));
    }

    [TestCase(ContentMode.Structured, HttpStatusCode.UnprocessableEntity)]
    [TestCase(ContentMode.Binary, HttpStatusCode.UnsupportedMediaType)]
    public async Task Data_that_is_not_JSON_is_refused(ContentMode mode, HttpStatusCode status)
    {
        var happened = Used("ce-1");
        (happened.Data, happened.DataContentType) = ("reports", "text/plain");
        using var response = await _service.Client.PostAsync("/v1/events", happened.ToHttpContent(mode, Formatter));
        Assert.That(response.StatusCode, Is.EqualTo(status), await response.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task An_event_of_an_unknown_type_is_refused([Values] ContentMode mode)
    {
        var happened = Used("ce-1");
        happened.Type = "com.example.used";
        using var response = await _service.Client.PostAsync("/v1/events", happened.ToHttpContent(mode, Formatter));
        var problem = await response.ReadJsonAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), problem.GetRawText());
        Assert.That(problem.GetRawText(), Does.Contain("\"/type\""));
    }

    private static CloudEvent Used(string id) => new()
    {
        Id = id,
        Source = new Uri("/crm/eu", UriKind.Relative),
        Type = "usage.feature_used",
        Subject = "acme",
        Time = Time,
        DataContentType = "application/json",
        Data = new { userId = "u1", feature = "reports" },
    };

    private async Task AcceptedAsync(HttpContent content, int events)
    {
        using var response = await _service.Client.PostAsync("/v1/events", content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        Assert.That((await response.ReadJsonAsync()).GetRawText(), Is.EqualTo($$"""{"accepted":{{events}},"rejected":[]}"""));
    }

    /// <summary>Asserts that the account has exactly these events and that its usage is derived from them.</summary>
    private async Task IsAppliedAsync(params string[] ids)
    {
        await _service.SettledAsync();
        var entries = await _service.ListAsync("/v1/accounts/acme/timeline?kinds=event");
        Assert.That(entries.Select(entry => entry.GetProperty("id").GetString()), Is.EquivalentTo(ids));
        Assert.That(entries.Select(entry => entry.GetProperty("source").GetString()), Is.All.EqualTo("/crm/eu"));
        Assert.That(entries.Select(entry => entry.GetProperty("at").GetDateTimeOffset()), Is.All.EqualTo(Time));
        var signals = (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals");
        Assert.That(signals.GetProperty("daysSinceLastActivity").GetProperty("value").ValueKind, Is.EqualTo(JsonValueKind.Number));
    }
}
