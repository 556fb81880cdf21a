using System.Net;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>The answer to an ingestion request: accepted and rejected events.</summary>
internal sealed class IngestAnswerTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Good = """{"id":"good","type":"usage.login","accountId":"a"}""",
        Bad = """{"id":"bad","type":"nps.responded","accountId":"a","data":{"score":11}}""";

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Valid_events_are_accepted_and_invalid_ones_rejected_by_index_and_pointer()
    {
        using var response = await _service.PostTextAsync("/v1/events", $"[{Good},{Bad},{Good},{{}},5]");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(
            """{"accepted":2,"rejected":[""" +
            """{"index":1,"id":"bad","errors":[{"pointer":"/data/score","code":"out_of_range","detail":"Must be 0 to 10."}]},""" +
            """{"index":3,"id":null,"errors":[{"pointer":"/type","code":"required","detail":"Must be given."},{"pointer":"/id","code":"required","detail":"Must be given."},{"pointer":"/accountId","code":"required","detail":"Must be given."}]},""" +
            """{"index":4,"id":null,"errors":[{"pointer":"","code":"wrong_type","detail":"An event is a JSON object."},{"pointer":"/type","code":"required","detail":"Must be given."},{"pointer":"/id","code":"required","detail":"Must be given."},{"pointer":"/accountId","code":"required","detail":"Must be given."}]}]}"""));
    }

    [Test]
    public async Task An_atomic_request_with_an_invalid_event_stores_nothing()
    {
        var before = await _service.FootprintAsync();
        using var refused = await _service.PostTextAsync("/v1/events?atomic=true", $"[{Good},{Bad}]");
        Assert.That((int)refused.StatusCode, Is.EqualTo(422));
        var rejected = (await refused.ReadJsonAsync()).GetProperty("errors").EnumerateArray().Single();
        Assert.That(rejected.GetProperty("index").GetInt32(), Is.EqualTo(1));
        Assert.That(await _service.FootprintAsync(), Is.EqualTo(before), "no event is stored if one is invalid");
        using var accepted = await _service.PostTextAsync("/v1/events?atomic=true", $"[{Good},{Good}]");
        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task A_request_without_a_valid_event_is_422_with_the_list_of_rejected_events()
    {
        using var response = await _service.PostTextAsync("/v1/events", Bad);
        var problem = await response.ReadJsonAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
        Assert.That(problem.GetProperty("errors").GetRawText(), Is.EqualTo(
            """[{"index":0,"id":"bad","errors":[{"pointer":"/data/score","code":"out_of_range","detail":"Must be 0 to 10."}]}]"""));
    }

    [Test]
    public async Task At_most_twenty_errors_are_reported_for_one_event()
    {
        using var response =
            await _service.PostTextAsync("/v1/events", $"{{{string.Join(',', Enumerable.Range(0, 2_000).Select(n => $"\"m{n}\":{n}"))}}}");
        Assert.That((await response.ReadJsonAsync()).GetProperty("errors")[0].GetProperty("errors").GetArrayLength(), Is.EqualTo(20));
    }

    [Test]
    public async Task Rejected_events_are_counted_by_their_first_error_code()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"]);
        using var mixed = await service.PostTextAsync("/v1/events", $"[{Good},{Bad},{{}}]");
        using var none = await service.PostTextAsync("/v1/events", Bad);
        var rejected = (await service.GetAsync("/v1/ingestion/stats")).GetProperty("rejected");
        Assert.That(rejected.GetRawText(), Is.EqualTo("""{"out_of_range":2,"required":1}"""));
    }
}
