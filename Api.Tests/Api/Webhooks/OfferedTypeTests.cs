using System.Net;
using System.Net.Http.Json;
using Dapper;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Webhooks;

/// <summary>Only webhook types that the service sends can be subscribed to.</summary>
internal sealed class OfferedTypeTests
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("touchpoint.due")]
    [TestCase("expansion.opportunity")]
    [TestCase("escalation.overdue")]
    public async Task A_type_that_is_never_sent_is_not_listed_and_cannot_be_subscribed_to(string type)
    {
        var listed = (await _service.GetAsync("/v1/webhooks/event-types")).GetProperty("data").EnumerateArray()
            .Select(entry => entry.GetProperty("type").GetString());
        using var response = await _service.Client.PostAsJsonAsync(
            "/v1/webhooks", new { url = "http://127.0.0.1:9999/", eventTypes = new[] { "account.churned", type } });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed, Does.Not.Contain(type));
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("/eventTypes/1").And.Contain("did you mean"));
        }
    }

    [Test]
    public async Task A_subscription_to_a_type_that_is_no_longer_offered_can_be_changed()
    {
        var id = (
            await _service.PostAsync("/v1/webhooks", new { url = "http://127.0.0.1:9999/", eventTypes = new[] { "account.churned" } }))
            .GetProperty("id").GetString()!;
        await _service.Database.ExecuteAsync(
            "UPDATE webhook_subscriptions SET event_types = REPLACE(event_types, 'account.churned', 'touchpoint.due') WHERE id = @Id",
            new { Id = id });
        var patched = await _service.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { description = "from an earlier version" });
        Assert.That(
            patched.GetProperty("eventTypes").EnumerateArray().Select(type => type.GetString()), Is.EqualTo(new[] { "touchpoint.due" }));
    }
}
