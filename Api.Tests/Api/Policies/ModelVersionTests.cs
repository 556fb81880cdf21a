using System.Net;
using HealthApi.Api.Tests.Api.Scoring;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using Answer = HealthApi.Api.Tests.Api.Scoring.Answer;

namespace HealthApi.Api.Tests.Api.Policies;

/// <summary>Models are stored in immutable versions.</summary>
internal sealed class ModelVersionTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Every_PUT_stores_a_new_version_and_leaves_earlier_ones_unchanged()
    {
        var first = await _service.PutDocumentAsync("/v1/models/versions", PolicyRequests.Strict);
        var second = await _service.PutDocumentAsync(
            "/v1/models/versions", PolicyRequests.Strict.Replace("70", "75", StringComparison.Ordinal), ifMatch: "\"1\"");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (first.Status, first.ETag, first.Location), Is.EqualTo((HttpStatusCode.Created, "\"1\"", "/v1/models/versions?version=1")));
            Assert.That(
                (second.Status, second.ETag, second.Json.GetProperty("version").GetInt32()),
                Is.EqualTo((HttpStatusCode.Created, "\"2\"", 2)));
            Assert.That((await _service.GetAsync("/v1/models/versions?version=1")).GetRawText(), Is.EqualTo(first.Text));
            Assert.That(
                (await _service.GetAsync("/v1/models/versions")).GetRawText(), Is.EqualTo(second.Text),
                    "without a version the newest is used");
        }
    }

    [Test]
    public async Task A_PUT_of_a_built_in_model_stores_version_2()
    {
        var document = (await _service.GetAsync("/v1/models/playbook")).GetRawText();
        var put = await _service.PutDocumentAsync("/v1/models/playbook", document);
        Assert.That((put.Status, put.Json.GetProperty("version").GetInt32()), Is.EqualTo((HttpStatusCode.Created, 2)));
        Assert.That((await _service.GetAsync("/v1/models/playbook?version=1")).GetRawText(), Is.EqualTo(document));
    }

    [Test]
    public async Task A_PUT_with_a_failed_precondition_is_refused()
    {
        await _service.PutDocumentAsync("/v1/models/guarded", PolicyRequests.Strict);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (await _service.PutDocumentAsync("/v1/models/guarded", PolicyRequests.Strict, ifMatch: "\"7\"")).Status,
                Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(
                (await _service.PutDocumentAsync("/v1/models/guarded", PolicyRequests.Strict, ifNoneMatch: "*")).Status,
                Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(
                (await _service.PutDocumentAsync("/v1/models/lifecycle", PolicyRequests.Strict, ifNoneMatch: "*")).Status,
                Is.EqualTo(HttpStatusCode.PreconditionFailed), "a built-in model exists");
            Assert.That(
                (await _service.PutDocumentAsync("/v1/models/fresh", PolicyRequests.Strict, ifMatch: "*")).Status,
                Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(
                (await _service.GetAsync("/v1/models/guarded")).GetProperty("version").GetInt32(), Is.EqualTo(1),
                "a refused PUT stores nothing");
        }
    }

    [Test]
    public async Task Concurrent_PUTs_get_a_version_each()
    {
        var puts =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _service.PutDocumentAsync("/v1/models/crowded", PolicyRequests.Strict)));
        Assert.That(puts.Select(put => put.Json.GetProperty("version").GetInt32()), Is.EquivalentTo(Enumerable.Range(1, 8)));
    }

    [TestCase(
        "{'id':'other','components':[],'categories':[]}", "not_allowed at /id", "incomplete at /components", "incomplete at /categories")]
    [TestCase(
        "{'components':[{'id':'a','weight':-1,'measures':[{'signal':'loginDays3','normaliser':{'kind':'linear','from':0,'to':1}}]}],'categories':[{'id':'x'}]}",
        "out_of_range at /components/0/weight", "unknown_signal at /components/0/measures/0/signal")]
    [TestCase(
        "{'components':[{'id':'a','weight':1,'measures':[{'signal':'loginDays30','normaliser':{'kind':'bands','bands':[{'bound':5,'points':9},{'bound':7,'points':4}],'else':0}}]}],'categories':[{'id':'x','bound':50},{'id':'y','bound':50},{'id':'z'}]}",
        "unreachable at /components/0/measures/0/normaliser/bands/1", "not_descending at /categories/1/bound")]
    [TestCase(
        "{'components':[{'id':'a','weight':0,'measures':[{'signal':'logns30','normaliser':{'kind':'linear','from':3,'to':3}},{'signal':'logins30','normaliser':{'kind':'lin'}},"
        + "{'signal':'logins30','normaliser':{'kind':'flag','true':1,'false':0}}]}],'categories':[{'id':'x','bound':70},{'id':'y','bound':101},{'id':'x','bound':80},{'id':'z'}]}",
        "out_of_range at /components/0/weight", "unknown_signal at /components/0/measures/0/signal",
        "out_of_range at /components/0/measures/0/normaliser/to",
        "unknown at /components/0/measures/1/normaliser/kind", "duplicate at /components/0/measures/2/signal",
        "kind_mismatch at /components/0/measures/2/normaliser/kind",
        "out_of_range at /categories/1/bound", "duplicate at /categories/2/id", "not_descending at /categories/2/bound")]
    public async Task Every_error_of_a_model_is_reported_by_pointer(string document, params string[] expected)
    {
        var put = await _service.PutDocumentAsync("/v1/models/wrong", document);
        Assert.That(put.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(put.Errors, Is.EquivalentTo(expected));
        using var absent = await _service.Client.GetAsync("/v1/models/wrong");
        Assert.That(absent.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), "a refused model is not stored");
    }

    [Test]
    public async Task An_unknown_signal_is_reported_with_the_nearest_known_one()
    {
        var put = await _service.PutDocumentAsync(
            "/v1/models/wrong", PolicyRequests.Strict.Replace("loginDays30", "loginDays3", StringComparison.Ordinal));
        Assert.That(put.Text, Does.Contain("'loginDays30'"));
    }

    [TestCase("/v1/models/a%20b", "{}", HttpStatusCode.UnprocessableEntity)]
    [TestCase("/v1/models/m", "[]", HttpStatusCode.BadRequest)]
    [TestCase("/v1/models/m", "{'components':[],'components':[]}", HttpStatusCode.BadRequest)]
    [TestCase("/v1/models/m", "{", HttpStatusCode.BadRequest)]
    public async Task A_body_or_id_that_is_not_valid_is_refused(string path, string document, HttpStatusCode status) =>
        Assert.That((await _service.PutDocumentAsync(path, document)).Status, Is.EqualTo(status));

    [Test]
    public async Task A_request_can_score_by_a_stored_version()
    {
        await _service.PutDocumentAsync("/v1/models/stored", PolicyRequests.Strict);
        await _service.PutDocumentAsync("/v1/models/stored", PolicyRequests.Strict.Replace("'to':30", "'to':10", StringComparison.Ordinal));
        const string Accounts = "'accounts':[{'id':'a','signals':{'loginDays30':3}}]";
        string[] byFirst =
        [
            $"{{'model':'stored','version':1,{Accounts}}}", $"{{'version':1,'model':'stored',{Accounts}}}",
            $"{{{Accounts},'version':1,'model':'stored'}}",
            $"{{'model':'stored',{Accounts},'version':1}}", $"{{'model':{{'id':'stored','version':1}},{Accounts}}}",
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var body in byFirst) Assert.That(Read(await _service.ScoreAsync(body)), Is.EqualTo((1, 10.0)), body);
            Assert.That(
                Read(await _service.ScoreAsync($"{{'model':'stored',{Accounts}}}")), Is.EqualTo((2, 30.0)),
                    "without a version the newest is used");
            Assert.That(Read(await _service.ScoreAsync($"{{{Accounts}}}", "?model=stored&version=1")), Is.EqualTo((1, 10.0)));
            var lines =
                await _service.ScoreAsync("{'id':'a','signals':{'loginDays30':3}}", "?model=stored&version=1", "application/x-ndjson");
            Assert.That(lines.Lines.Single().GetProperty("score").GetDouble(), Is.EqualTo(10));
        }

        static (int, double) Read(Answer answer) =>
            (answer.Json.GetProperty("model").GetProperty("version").GetInt32(),
                answer.Json.GetProperty("results")[0].GetProperty("score").GetDouble());
    }

    [TestCase("{'model':'lifecycle','version':9,'accounts':[]}", "", "unknown at /version")]
    [TestCase("{'model':'lifecycle','accounts':[],'version':9}", "", "unknown at /version")]
    [TestCase("{'model':{'id':'lifecycle','version':9},'accounts':[]}", "", "unknown at /model/version")]
    [TestCase("{'model':{'id':'lifecicle','version':1},'accounts':[]}", "", "unknown at /model/id")]
    [TestCase("{'model':'lifecycle','version':'1','accounts':[]}", "", "wrong_type at /version")]
    [TestCase("{'version':1,'accounts':[]}", "", "not_allowed at /version")]
    [TestCase("{'accounts':[]}", "?version=1", "not_allowed at ?version")]
    [TestCase("{'accounts':[]}", "?model=lifecycle&version=9", "unknown at ?version")]
    public async Task An_unknown_or_misplaced_version_is_reported_by_pointer(string body, string query, string expected) =>
        Assert.That((await _service.ScoreAsync(body, query)).Errors, Is.EqualTo(new[] { expected }));

    [TestCase(
        "{'segments':['enterprize','smb','smb'],'version':3}", "unknown at /version", "unknown at /segments/0", "duplicate at /segments/2")]
    [TestCase("{'segments':[]}", "required at /segments")]
    [TestCase("{'segment':['smb']}", "unknown_member at /segment")]
    public async Task Errors_of_an_activation_are_reported_by_pointer(string body, params string[] expected)
    {
        using var response = await _service.PostTextAsync("/v1/models/lifecycle/activate", body.Replace('\'', '"'));
        var problem = await response.ReadJsonAsync();
        Assert.That(problem.GetProperty("errors").EnumerateArray().Select(Answer.Place), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task An_unknown_model_cannot_be_activated()
    {
        using var response = await _service.PostTextAsync("/v1/models/nope/activate", "{}");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
