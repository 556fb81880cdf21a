using System.Net;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>What a caller is told about the events of one request.</summary>
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
    public async Task Good_events_are_accepted_and_bad_ones_told_by_their_place()
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
    public async Task Atomic_requests_are_taken_whole_or_not_at_all()
    {
        var before = await _service.FootprintAsync();
        using var refused = await _service.PostTextAsync("/v1/events?atomic=true", $"[{Good},{Bad}]");
        Assert.That((int)refused.StatusCode, Is.EqualTo(422));
        var rejected = (await refused.ReadJsonAsync()).GetProperty("errors").EnumerateArray().Single();
        Assert.That(rejected.GetProperty("index").GetInt32(), Is.EqualTo(1));
        Assert.That(await _service.FootprintAsync(), Is.EqualTo(before), "none is kept when one is bad");
        using var accepted = await _service.PostTextAsync("/v1/events?atomic=true", $"[{Good},{Good}]");
        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task None_good_is_a_422_with_the_same_list()
    {
        using var response = await _service.PostTextAsync("/v1/events", Bad);
        var problem = await response.ReadJsonAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(422));
        Assert.That(problem.GetProperty("errors").GetRawText(), Is.EqualTo(
            """[{"index":0,"id":"bad","errors":[{"pointer":"/data/score","code":"out_of_range","detail":"Must be 0 to 10."}]}]"""));
    }

    [Test]
    public async Task Of_one_event_at_most_twenty_mistakes_are_told()
    {
        using var response =
            await _service.PostTextAsync("/v1/events", $"{{{string.Join(',', Enumerable.Range(0, 2_000).Select(n => $"\"m{n}\":{n}"))}}}");
        Assert.That((await response.ReadJsonAsync()).GetProperty("errors")[0].GetProperty("errors").GetArrayLength(), Is.EqualTo(20));
    }

    [Test]
    public async Task What_was_refused_is_counted_by_its_code()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"]);
        using var mixed = await service.PostTextAsync("/v1/events", $"[{Good},{Bad},{{}}]");
        using var none = await service.PostTextAsync("/v1/events", Bad);
        var rejected = (await service.GetAsync("/v1/ingestion/stats")).GetProperty("rejected");
        Assert.That(rejected.GetRawText(), Is.EqualTo("""{"out_of_range":2,"required":1}"""));
    }
}
