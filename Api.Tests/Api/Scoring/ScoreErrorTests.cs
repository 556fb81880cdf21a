using System.Net;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Scoring;

internal sealed class ScoreErrorTests
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("'ticketz30':1", "unknown_signal at /accounts/1/signals/ticketz30")]
    [TestCase("'a/b~c':{'deep':[1]}", "unknown_signal at /accounts/1/signals/a~1b~0c")]
    [TestCase("'tickets30':'1'", "wrong_type at /accounts/1/signals/tickets30")]
    [TestCase("'tickets30':true", "wrong_type at /accounts/1/signals/tickets30")]
    [TestCase("'tickets30':{'x':[]}", "wrong_type at /accounts/1/signals/tickets30")]
    [TestCase("'tickets30':[1,2]", "wrong_type at /accounts/1/signals/tickets30")]
    [TestCase("'tickets30':-1", "out_of_range at /accounts/1/signals/tickets30")]
    [TestCase("'tickets30':1e400", "out_of_range at /accounts/1/signals/tickets30")]
    [TestCase("'daysToRenewal':-1e400", "out_of_range at /accounts/1/signals/daysToRenewal")]
    [TestCase("'featureAdoption':1.5", "out_of_range at /accounts/1/signals/featureAdoption")]
    [TestCase("'npsLatest':11", "out_of_range at /accounts/1/signals/npsLatest")]
    [TestCase("'npsScore180':-101", "out_of_range at /accounts/1/signals/npsScore180")]
    [TestCase("'usageChange30':-1.01", "out_of_range at /accounts/1/signals/usageChange30")]
    [TestCase("'championLeft':1", "wrong_type at /accounts/1/signals/championLeft")]
    [TestCase("'championLeft':'true'", "wrong_type at /accounts/1/signals/championLeft")]
    [TestCase("'paymentStatus':'paid'", "unknown at /accounts/1/signals/paymentStatus")]
    [TestCase("'paymentStatus':'Current'", "unknown at /accounts/1/signals/paymentStatus")]
    [TestCase("'paymentStatus':0", "wrong_type at /accounts/1/signals/paymentStatus")]
    [TestCase("'paymentStatus':''", "unknown at /accounts/1/signals/paymentStatus")]
    public async Task An_invalid_signal_is_reported_by_pointer(string signal, string error)
    {
        var answer = await _service.ScoreAsync(
            $"{{'accounts':[{{'id':'good','signals':{{}}}},{{'id':'bad','signals':{{'logins30':1,{signal},'daysOverdue':2}}}}]}}");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), answer.Text);
        Assert.That(answer.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(answer.Errors, Is.EqualTo(new[] { error }));
    }

    [TestCase("'ticketz30':1", "tickets30")]
    [TestCase("'paymentStatus':'curent'", "current")]
    public async Task An_unknown_name_is_reported_with_the_nearest_known_one(string signal, string nearest)
    {
        var answer = await _service.ScoreAsync($"{{'accounts':[{{'id':'a','signals':{{{signal}}}}}]}}");
        Assert.That(answer.Json.GetProperty("errors")[0].GetProperty("detail").GetString(), Does.Contain($"'{nearest}'"));
    }

    [Test]
    public async Task Every_signal_may_be_given_once_and_none_twice()
    {
        var once = SignalCatalogue.All.Select(definition => $"'{definition.Name}':null").ToList();
        var answer = await _service.ScoreAsync($"{{'accounts':[{{'id':'a','signals':{{{string.Join(',', once)}}}}}]}}");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        foreach (var signal in once)
        {
            answer = await _service.ScoreAsync($"{{'accounts':[{{'id':'a','signals':{{{string.Join(',', once)},{signal}}}}}]}}");
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), answer.Text);
        }
    }

    [TestCase("{}", "required at /accounts")]
    [TestCase("{'accounts':{}}", "wrong_type at /accounts")]
    [TestCase("{'accounts':null}", "wrong_type at /accounts")]
    [TestCase("{'accounts':[],'acounts':[]}", "unknown_member at /acounts")]
    [TestCase("{'accounts':[7]}", "wrong_type at /accounts/0")]
    [TestCase("{'accounts':[null]}", "wrong_type at /accounts/0")]
    [TestCase("{'accounts':[{'signals':{}}]}", "required at /accounts/0/id")]
    [TestCase("{'accounts':[{'id':'a'}]}", "required at /accounts/0/signals")]
    [TestCase("{'accounts':[{'id':7,'signals':{}}]}", "wrong_type at /accounts/0/id")]
    [TestCase("{'accounts':[{'id':'','signals':{}}]}", "required at /accounts/0/id")]
    [TestCase("{'accounts':[{'id':'a\\u0000','signals':{}}]}", "invalid_character at /accounts/0/id")]
    [TestCase("{'accounts':[{'id':'a','signals':[]}]}", "wrong_type at /accounts/0/signals")]
    [TestCase("{'accounts':[{'id':'a','signals':{},'name':'x'}]}", "unknown_member at /accounts/0/name")]
    [TestCase("{'model':'lifecicle','accounts':[]}", "unknown at /model")]
    [TestCase("{'model':7,'accounts':[]}", "wrong_type at /model")]
    [TestCase("{'model':null,'accounts':[]}", "wrong_type at /model")]
    [TestCase("{'model':{},'accounts':[]}", "required at /model/components")]
    public async Task An_invalid_request_is_reported_by_pointer(string body, string error)
    {
        var answer = await _service.ScoreAsync(body);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), answer.Text);
        Assert.That(answer.Errors, Does.Contain(error));
    }

    [Test]
    public async Task Errors_in_a_model_document_are_reported_by_pointers_into_it()
    {
        var answer = await _service.ScoreAsync(
            "{'model':{'id':'m','components':[{'id':'a','weight':0,'measures':[{'signal':'logins','normaliser':{'kind':'linear','from':0,'to':1}}]}],"
            + "'categories':[{'id':'x'}]},'accounts':[{'id':'a','signals':{'nope':1}}]}");
        Assert.That(answer.Errors, Is.EqualTo(new[]
        {
            "out_of_range at /model/components/0/weight", "unknown_signal at /model/components/0/measures/0/signal",
                "unknown_signal at /accounts/0/signals/nope",
        }));
    }

    [TestCase("", "")]
    [TestCase("   ", "")]
    [TestCase("null", "")]
    [TestCase("[]", "")]
    [TestCase("{'accounts':[}", "")]
    [TestCase("{'accounts':[],}", "")]
    [TestCase("{'accounts':[]} x", "")]
    [TestCase("{'accounts':[]}{}", "")]
    [TestCase("{'accounts':[{'id':'a','signals':{'tickets30':NaN}}]}", "")]
    [TestCase("{'accounts':[{'id':'a','signals':{'tickets30':01}}]}", "")]
    [TestCase("{'accounts':[{'id':'\\ud800','signals':{}}]}", "")]
    [TestCase("{'accounts':[{'id':'a','signals':{'paymentStatus':'\\udfff'}}]}", "")]
    [TestCase("{'accounts':[],'accounts':[]}", "/accounts")]
    [TestCase("{'model':'lifecycle','model':'playbook','accounts':[]}", "/model")]
    [TestCase("{'accounts':[{'id':'a','id':'b','signals':{}}]}", "/accounts/0/id")]
    [TestCase("{'accounts':[{'id':'a','signals':{'tickets30':1,'tickets30':1}}]}", "/accounts/0/signals/tickets30")]
    [TestCase("{'model':{'id':'m','id':'m'},'accounts':[]}", "/model/id")]
    public async Task A_body_that_is_not_strict_JSON_is_400(string body, string place)
    {
        var answer = await _service.ScoreAsync(body);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), answer.Text);
        Assert.That(answer.Json.GetProperty("detail").GetString(), Does.Contain(place));
    }

    [Test]
    public async Task A_body_that_is_not_UTF_8_is_400()
    {
        byte[] body = [.. "{\"accounts\":[{\"id\":\""u8, 0xC3, 0x28, .. "\",\"signals\":{}}]}"u8];
        Assert.That((await _service.ScoreAsync(body)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(
            (await _service.ScoreAsync(body[13..^2], mediaType: "application/x-ndjson")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Only_the_first_hundred_errors_are_reported()
    {
        var accounts = string.Join(',', Enumerable.Repeat("{'id':'a','signals':{'nope':1}}", 500));
        Assert.That((await _service.ScoreAsync($"{{'accounts':[{accounts}]}}")).Errors.Count(), Is.EqualTo(100));
    }

    [TestCase("?explain=no", "wrong_type at ?explain")]
    [TestCase("?explain=", "required at ?explain")]
    [TestCase("?colour=red", "unknown at ?colour")]
    [TestCase("?model=lifecicle", "unknown at ?model")]
    [TestCase("?model=playbook&model=lifecycle", "duplicate at ?model")]
    public async Task An_invalid_query_is_reported_by_parameter(string query, string error)
    {
        var answer = await _service.ScoreAsync("{'accounts':[]}", query);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(answer.Errors, Does.Contain(error));
    }

    [Test]
    public async Task A_model_named_in_both_body_and_query_is_refused()
        => Assert.That(
            (await _service.ScoreAsync("{'model':'playbook','accounts':[]}", "?model=lifecycle")).Errors,
            Does.Contain("not_allowed at ?model"));

    [TestCase("text/plain")]
    [TestCase("application/json; charset=latin1")]
    public async Task Another_media_type_is_refused(string mediaType)
        => Assert.That(
            (await _service.ScoreAsync("{'accounts':[]}", mediaType: mediaType)).Status, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));

    [Test]
    public async Task Scoring_needs_a_key_with_the_scope_score()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/signals");
        request.Headers.Authorization = new("Bearer", "hk_unknown");
        using var unauthorised = await _service.Client.SendAsync(request);
        Assert.That(unauthorised.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        var key = await _service.CreateKeyAsync("ingester", "ingest");
        using var other = new HttpRequestMessage(HttpMethod.Post, "/v1/score");
        other.Headers.Authorization = Callers.BearerOf(key);
        using var forbidden = await _service.Client.SendAsync(other);
        Assert.That(forbidden.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }
}
