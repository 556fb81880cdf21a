using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>Each event family has a route that accepts only its events.</summary>
internal sealed class FamilyRouteTests
{
    private static readonly Dictionary<string, string> OneOfEach = new()
    {
        ["usage"] = """ "type":"usage.login" """,
        ["tickets"] = """ "type":"ticket.opened","data":{"ticketId":"t"} """,
        ["billing"] = """ "type":"billing.invoice_paid" """,
        ["nps"] = """ "type":"nps.responded","data":{"score":9} """,
        ["csat"] = """ "type":"csat.responded","data":{"score":4} """,
        ["ces"] = """ "type":"ces.responded","data":{"score":2} """,
        ["relationship"] = """ "type":"relationship.qbr_held" """,
    };

    private TestService _service = null!;

    private static IEnumerable<string> Routes => OneOfEach.Keys;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCaseSource(nameof(Routes))]
    public async Task A_family_route_rejects_events_of_other_families(string route)
    {
        using var response =
            await _service.PostTextAsync("/v1/events/" + route, $"[{string.Join(',', OneOfEach.Select(one => Event(one.Key)))}]");
        var answer = await response.ReadJsonAsync();
        Assert.That(answer.GetProperty("accepted").GetInt32(), Is.EqualTo(1));
        Assert.That(
            answer.GetProperty("rejected").EnumerateArray()
                .Select(
                    rejected =>
                    $"{rejected.GetProperty("id")} {rejected.GetProperty("errors")[0].GetProperty("code")} at {rejected.GetProperty("errors")[0].GetProperty("pointer")}"),
            Is.EqualTo(OneOfEach.Keys.Where(family => family != route).Select(family => $"{family} not_allowed at /type")));
    }

    [Test]
    public async Task The_mixed_route_accepts_events_of_every_family()
    {
        using var response = await _service.PostTextAsync("/v1/events", $"[{string.Join(',', OneOfEach.Select(one => Event(one.Key)))}]");
        Assert.That((await response.ReadJsonAsync()).GetProperty("accepted").GetInt32(), Is.EqualTo(7));
    }

    [Test]
    public async Task An_unknown_type_is_rejected_with_the_nearest_known_one()
    {
        using var response = await _service.PostTextAsync("/v1/events", """{"id":"a","type":"usage.log_in","accountId":"a"}""");
        Assert.That(
            await response.Content.ReadAsStringAsync(), Does.Contain("'usage.log_in' is not an event type; did you mean 'usage.login'?"));
    }

    private static string Event(string family) => $$"""{"id":"{{family}}","accountId":"a",{{OneOfEach[family]}}}""";
}
