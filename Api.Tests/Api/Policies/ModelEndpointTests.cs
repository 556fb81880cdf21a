using System.Net;
using System.Text;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Policies;

internal sealed class ModelEndpointTests(StoreKind kind) : StoreFixture(kind)
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(Kind, ["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Every_model_is_listed_and_the_default_is_active_for_all_segments()
    {
        var list = await _service.GetAsync("/v1/models");
        var models = list.GetProperty("data").EnumerateArray().ToList();
        Assert.That(
            models.Select(model => model.GetProperty("id").GetString()), Is.EquivalentTo(BuiltInModels.All.Select(model => model.Id)));
        var active = models.Single(model => model.GetProperty("active").GetBoolean());
        Assert.That(active.GetProperty("id").GetString(), Is.EqualTo(BuiltInModels.DefaultId));
        Assert.That(active.GetProperty("segments").GetRawText(), Is.EqualTo("[\"*\"]"));
        Assert.That(list.GetProperty("nextCursor").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_model_is_shown_as_a_complete_document()
    {
        var shown = await _service.GetAsync("/v1/models/playbook?version=1");
        var model = HealthModelReader.Read(Encoding.UTF8.GetBytes(shown.GetRawText())).Required();
        Assert.That(HealthModelWriter.ToUtf8(model), Is.EqualTo(HealthModelWriter.ToUtf8(BuiltInModels.Get("playbook")!)));
    }

    [TestCase("/v1/models/nope", HttpStatusCode.NotFound)]
    [TestCase("/v1/models/Playbook", HttpStatusCode.NotFound)]
    [TestCase("/v1/models/playbook?version=2", HttpStatusCode.NotFound)]
    [TestCase("/v1/models/playbook?version=0", HttpStatusCode.UnprocessableEntity)]
    [TestCase("/v1/models/playbook?version=x", HttpStatusCode.UnprocessableEntity)]
    [TestCase("/v1/models/playbook?verison=1", HttpStatusCode.UnprocessableEntity)]
    [TestCase("/v1/signals?kind=flag", HttpStatusCode.UnprocessableEntity)]
    public async Task An_unknown_model_version_or_parameter_is_a_problem(string path, HttpStatusCode status)
    {
        using var response = await _service.Client.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task The_catalogue_describes_every_signal()
    {
        var signals = (await _service.GetAsync("/v1/signals")).GetProperty("data").EnumerateArray().ToList();
        Assert.That(
            signals.Select(signal => signal.GetProperty("name").GetString()),
            Is.EqualTo(SignalCatalogue.All.Select(signal => signal.Name)));
        var payment = signals.Single(signal => signal.GetProperty("name").GetString() == "paymentStatus");
        Assert.That(payment.GetProperty("kind").GetString(), Is.EqualTo("word"));
        Assert.That(payment.GetProperty("words").GetRawText(), Is.EqualTo("[\"current\",\"late\",\"overdue\"]"));
        var nps = signals.Single(signal => signal.GetProperty("name").GetString() == "npsScore180");
        Assert.That(
            (nps.GetProperty("minimum").GetDouble(), nps.GetProperty("maximum").GetDouble(), nps.GetProperty("window").GetString()),
            Is.EqualTo((-100.0, 100.0, "P180D")));
    }
}
