using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Scoring;

internal sealed class ScoreEndpointTests
{
    private const string Example =
        "{'model':'lifecycle','accounts':[{'id':'a','signals':{'daysSinceLastActivity':3,'paymentStatus':'current'}}]}";

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task The_documented_example_gets_exactly_the_documented_answer()
    {
        var answer = await _service.ScoreAsync(Example);
        const string Expected =
            "{'model':{'id':'lifecycle','version':1},'results':[{'id':'a','score':75,'category':'stable','coverage':0.4,'components':["
            + "{'id':'usage','weight':0.3,'score':66.7,'contribution':50,'measures':[{'signal':'daysSinceLastActivity','value':3,'points':66.666667}]},"
            + "{'id':'featureAdoption','weight':0.25,'score':null,'contribution':0,'measures':[{'signal':'coreFeatureAdoption','value':null,'points':null}]},"
            + "{'id':'supportSentiment','weight':0.2,'score':null,'contribution':0,'measures':[{'signal':'supportSentiment','value':null,'points':null}]},"
            + "{'id':'engagement','weight':0.15,'score':null,'contribution':0,'measures':[{'signal':'loginDays30','value':null,'points':null}]},"
            + "{'id':'paymentHealth','weight':0.1,'score':100,'contribution':25,'measures':[{'signal':'paymentStatus','value':'current','points':100}]}],"
            + "'churnRisk':{'score':0,'level':'low','indicators':[]}}]}";
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.MediaType, Is.EqualTo("application/json"));
        Assert.That(answer.Text.Replace('"', '\''), Is.EqualTo(Expected));
    }

    [Test]
    public async Task Indicators_are_returned_with_evidence_and_intervention()
    {
        var answer = await _service.ScoreAsync(
            "{'accounts':[{'id':'a','signals':{'daysSinceLastActivity':9,'championLeft':true,'paymentStatus':'late'}}]}");
        var risk = answer.Json.GetProperty("results")[0].GetProperty("churnRisk");
        var indicators = risk.GetProperty("indicators").EnumerateArray().ToList();
        Assert.That(risk.GetProperty("score").GetDouble(), Is.EqualTo(77.5), "100 × (1 − 0.4 × 0.75 × 0.75)");
        Assert.That(risk.GetProperty("level").GetString(), Is.EqualTo("high"));
        Assert.That(indicators.Select(indicator => indicator.GetProperty("evidence").GetRawText()), Is.EqualTo(
            new[] { "{\"championLeft\":true}", "{\"paymentStatus\":\"late\"}", "{\"daysSinceLastActivity\":9}" }));
        Assert.That(
            indicators.Select(indicator => indicator.GetProperty("severity").GetString()),
            Is.EqualTo(new[] { "high", "medium", "medium" }));
        Assert.That(indicators.Select(indicator => indicator.GetProperty("intervention").GetString()), Is.EqualTo(
            new[] { "champion_left", "payment_delayed", "inactive_7d" }.Select(
                id => BuiltInChurnRules.Default.Indicators.Single(known => known.Id == id).Intervention)));
    }

    [Test]
    public async Task Results_keep_the_order_given_and_an_account_without_data_is_unknown()
    {
        var answer = await _service.ScoreAsync(
            "{'accounts':[{'id':'z','signals':{}},{'signals':{'loginDays30':12},'id':'a'},{'id':'z','signals':{'loginDays30':null}}]}");
        var results = answer.Json.GetProperty("results").EnumerateArray().ToList();
        Assert.That(results.Select(result => result.GetProperty("id").GetString()), Is.EqualTo(new[] { "z", "a", "z" }));
        Assert.That(results.Select(result => result.GetProperty("score").ToString()), Is.EqualTo(new[] { "", "100", "" }));
        Assert.That(results[0].GetProperty("category").GetString(), Is.EqualTo("unknown"));
        Assert.That(results[0].GetProperty("coverage").GetDouble(), Is.Zero);
    }

    [Test]
    public async Task Signals_of_one_account_do_not_affect_the_next()
    {
        string[] accounts = [
            "{'id':'a','signals':{'daysSinceLastActivity':20,'championLeft':true,'loginDays30':12}}", "{'id':'b','signals':{}}",
            "{'id':'c','signals':{'paymentStatus':'late'}}"];
        var document = (await _service.ScoreAsync($"{{'accounts':[{string.Join(',', accounts)}]}}")).Json.GetProperty("results")
            .EnumerateArray();
        var lines = (await _service.ScoreAsync(string.Join('\n', accounts), "", "application/x-ndjson")).Lines;
        Assert.Multiple(() =>
        {
            foreach (var results in new[] { document.ToList(), lines })
            {
                Assert.That(results[1].GetProperty("category").GetString(), Is.EqualTo("unknown"));
                Assert.That(results[1].GetProperty("churnRisk").GetProperty("indicators").GetArrayLength(), Is.Zero);
                Assert.That(results[2].GetProperty("coverage").GetDouble(), Is.EqualTo(0.1));
                Assert.That(results[2].GetProperty("churnRisk").GetProperty("indicators").GetArrayLength(), Is.EqualTo(1));
            }
        });
    }

    [TestCase(
        "{'accounts':[{'id':'a','signals':{'tickets30':5}}],'model':'five-factor'}", "", "five-factor",
        Description = "the model may come last")]
    [TestCase("{'accounts':[{'id':'a','signals':{'tickets30':5}}]}", "?model=five-factor", "five-factor")]
    [TestCase("{'accounts':[{'id':'a','signals':{'loginDays30':1}}]}", "", "lifecycle", Description = "the default model")]
    public async Task The_model_is_named_in_the_body_or_the_query_or_is_the_default(string body, string query, string model)
    {
        var answer = await _service.ScoreAsync(body, query);
        Assert.That(answer.Json.GetProperty("model").GetProperty("id").GetString(), Is.EqualTo(model));
        Assert.That(answer.Json.GetProperty("results")[0].GetProperty("score").ValueKind, Is.EqualTo(JsonValueKind.Number));
    }

    [Test]
    public async Task A_null_version_counts_as_not_given()
    {
        var answer = await _service.ScoreAsync(Example.Replace("'accounts'", "'version':null,'accounts'", StringComparison.Ordinal));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
    }

    [Test]
    public async Task A_model_document_can_be_posted_instead_of_an_id()
    {
        var document = Encoding.UTF8.GetString(HealthModelWriter.ToUtf8(BuiltInModels.Get("playbook")! with { Id = "mine", Version = 7 }));
        var answer = await _service.ScoreAsync($"{{'model':{document},'accounts':[{{'id':'a','signals':{{'reportedOutcome':70}}}}]}}");
        Assert.That(answer.Json.GetProperty("model").GetRawText(), Is.EqualTo("{\"id\":\"mine\",\"version\":7}"));
        Assert.That(answer.Json.GetProperty("results")[0].GetProperty("category").GetString(), Is.EqualTo("yellow"));
    }

    [TestCaseSource(nameof(Models))]
    public async Task Every_model_document_that_is_returned_can_be_posted(string model)
    {
        var document = (await _service.GetAsync($"/v1/models/{model}")).GetRawText();
        var answer = await _service.ScoreAsync(
            $"{{'model':{document},'accounts':[{{'id':'a','signals':{{'featureAdoption':0.5,'coreFeatureAdoption':0.5}}}}]}}");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
    }

    [Test]
    public async Task With_explain_false_only_the_components_are_left_out()
    {
        var (full, bare) = ((await _service.ScoreAsync(Example)).Json, (await _service.ScoreAsync(Example, "?explain=false")).Json);
        var names = bare.GetProperty("results")[0].EnumerateObject().Select(member => member.Name);
        Assert.That(names, Is.EqualTo(new[] { "id", "score", "category", "coverage", "churnRisk" }));
        Assert.That(
            bare.GetProperty("results")[0].GetProperty("score").GetDouble(),
            Is.EqualTo(full.GetProperty("results")[0].GetProperty("score").GetDouble()));
    }

    [Test]
    public async Task The_answer_contains_the_exact_values_and_contributions_sum_to_the_score()
    {
        const string Signals =
            "{'csatPercent90':0.925,'npsScore180':-12.5,'cesAverage90':1.3333333333333333,'featureAdoption':0.1,'reopenRate90':1e-7,"
            + "'referenceAgreed':true,'ticketChange30':0.123456789,'escalations30':-0.0,'usageVolume30':1e300,'daysToRenewal':-4}";
        var answer = await _service.ScoreAsync(
            $"{{'model':'cloud-support','accounts':[{{'id':'é \\u0022x\\\\\\ud83d\\ude00','signals':{Signals}}}]}}");
        var result = answer.Json.GetProperty("results")[0];
        var values = result.GetProperty("components").EnumerateArray()
            .SelectMany(component => component.GetProperty("measures").EnumerateArray())
            .Where(measure => measure.GetProperty("value").ValueKind == JsonValueKind.Number)
            .ToDictionary(measure => measure.GetProperty("signal").GetString()!, measure => measure.GetProperty("value").GetDouble());
        Assert.That(values, Is.EquivalentTo(new Dictionary<string, double>
        {
            ["csatPercent90"] = 0.925,
            ["npsScore180"] = -12.5,
            ["cesAverage90"] = 1.3333333333333333,
            ["featureAdoption"] = 0.1,
            ["reopenRate90"] = 1e-7,
            ["ticketChange30"] = 0.123456789,
            ["escalations30"] = 0,
        }));
        Assert.That(result.GetProperty("id").GetString(), Is.EqualTo("é \"x\\😀"));
        var contributions = result.GetProperty("components").EnumerateArray()
            .Sum(component => component.GetProperty("contribution").GetDouble());
        Assert.That(
            contributions, Is.EqualTo(result.GetProperty("score").GetDouble()).Within(0.0501), "the contributions sum to the score");
    }

    [Test]
    public async Task Ten_thousand_accounts_are_scored_and_more_are_413()
    {
        static string Body(int count) =>
            "{'model':'lifecycle','accounts':["
                + string.Join(',', Enumerable.Range(0, count).Select(i => $"{{'id':'a{i}','signals':{{'loginDays30':{i % 31}}}}}")) + "]}";
        var answer = await _service.ScoreAsync(Body(10_000));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(
            answer.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString()),
            Is.EqualTo(Enumerable.Range(0, 10_000).Select(i => $"a{i}")));
        Assert.That((await _service.ScoreAsync(Body(10_001))).Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(
            (await _service.ScoreAsync(Body(10_001).Replace("'model':'lifecycle',", ""))).Status,
            Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [TestCase("{'model':'lifecycle','accounts':[ACCOUNTS]}")]
    [TestCase("{'accounts':[ACCOUNTS],'model':'lifecycle'}")]
    [TestCase("{'model':'lifecycle','accounts':[ACCOUNTS],'version':1}")]
    [TestCase("{'accounts':[ACCOUNTS]}")]
    public async Task A_large_answer_is_streamed_with_the_same_results(string body)
    {
        const int Count = 1_500;
        var accounts = Enumerable.Range(0, Count).Select(i => $"{{'id':'a{i}','signals':{{'loginDays30':{i % 31}}}}}").ToList();
        using var response = await _service.PostTextAsync(
            "/v1/score", body.Replace("ACCOUNTS", string.Join(" , ", accounts), StringComparison.Ordinal).Replace('\'', '"'));
        Assert.That(response.Content.Headers.Contains("Content-Length"), Is.False, "the answer is streamed");
        var results = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("results").EnumerateArray()
            .Select(result => result.GetRawText()).ToList();
        Assert.That(results, Has.Count.EqualTo(Count));
        foreach (var at in (int[])[0, Count / 2, Count - 1])
        {
            Assert.That(
                results[at],
                Is.EqualTo((await _service.ScoreAsync($"{{'accounts':[{accounts[at]}]}}")).Json.GetProperty("results")[0].GetRawText()));
        }
    }

    [Test]
    public async Task An_error_in_the_last_account_refuses_the_whole_request()
    {
        var accounts = string.Join(',', Enumerable.Range(0, 1_500).Select(i => $"{{'id':'a{i}','signals':{{}}}}"));
        var answer = await _service.ScoreAsync($"{{'accounts':[{accounts},{{'id':'last','signals':{{'nonsense':1}}}}]}}");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(answer.Errors, Is.EqualTo(new[] { "unknown_signal at /accounts/1500/signals/nonsense" }));
    }

    [TestCase(200, ExpectedResult = HttpStatusCode.OK)]
    [TestCase(201, ExpectedResult = HttpStatusCode.RequestEntityTooLarge)]
    public async Task<HttpStatusCode> Two_million_measures_are_scored_and_more_are_413(int measures)
    {
        string[] signals = ["npsLatest", "tickets30", "loginDays30", "logins30"];
        var all = Enumerable.Range(0, measures)
            .Select(i => $"{{'signal':'{signals[i % signals.Length]}','normaliser':{{'kind':'linear','from':0,'to':10}}}}");
        var components = string.Join(
            ',', all.Chunk(signals.Length).Select((some, i) => $"{{'id':'c{i}','weight':1,'measures':[{string.Join(',', some)}]}}"));
        var accounts = string.Join(',', Enumerable.Repeat("{'id':'a','signals':{}}", 10_000));
        var answer = await _service.ScoreAsync(
            $"{{'model':{{'id':'m','components':[{components}],'categories':[{{'id':'all'}}]}},'accounts':[{accounts}]}}",
            "?explain=false");
        return answer.Status;
    }

    [Test]
    public async Task A_model_document_larger_than_1_MiB_is_413()
    {
        var components = string.Join(
            ',',
            Enumerable.Repeat(
                "{'id':'c','weight':1,'measures':[{'signal':'npsLatest','normaliser':{'kind':'linear','from':0,'to':10}}]}", 12_000));
        var answer =
            await _service.ScoreAsync($"{{'model':{{'id':'m','components':[{components}],'categories':[{{'id':'all'}}]}},'accounts':[]}}");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task A_gzip_body_is_read()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Example.Replace('\'', '"')));
        }

        var answer = await _service.ScoreAsync(packed.ToArray(), encoding: "gzip");
        Assert.That(answer.Json.GetProperty("results")[0].GetProperty("category").GetString(), Is.EqualTo("stable"));
    }

    private static IEnumerable<string> Models() => BuiltInModels.All.Select(model => model.Id);
}
