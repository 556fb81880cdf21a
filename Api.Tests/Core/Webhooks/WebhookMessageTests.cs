using System.Text.Json;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class WebhookMessageTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 11, 0, 0, TimeSpan.FromHours(1));

    [Test]
    public void The_body_holds_the_type_the_timestamp_in_UTC_and_the_data()
    {
        var message = WebhookMessage.Create(
            "crs_1", "health.threshold_crossed", "acme", At, JsonSerializer.SerializeToElement(new { name = "Ünïted <&>" }), null);

        Assert.That(
            message.Body,
            Is.EqualTo("""{"type":"health.threshold_crossed","timestamp":"2026-11-22T10:00:00Z","data":{"name":"Ünïted <&>"}}"""));
    }

    [Test]
    public void The_id_depends_only_on_type_and_key()
    {
        var data = JsonSerializer.SerializeToElement(new { });
        var first = WebhookMessage.Create("crs_1", "health.threshold_crossed", "acme", At, data, null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                WebhookMessage.Create("crs_1", "health.threshold_crossed", "acme", At.AddDays(1), data, "t").Id, Is.EqualTo(first.Id));
            Assert.That(WebhookMessage.IdOf("health.threshold_crossed", "crs_2"), Is.Not.EqualTo(first.Id));
            Assert.That(WebhookMessage.IdOf("account.churned", "crs_1"), Is.Not.EqualTo(first.Id));
            Assert.That(first.Id, Does.Match("^msg_[0-9a-f]{32}$"), "the signed text is id.timestamp.body, so an id holds no dot");
        }
    }
}
