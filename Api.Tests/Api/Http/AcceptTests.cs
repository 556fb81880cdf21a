using System.Net;
using System.Net.Http.Headers;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Http;

/// <summary>
/// The service does not answer with a media type that <c>Accept</c> excludes, and does not do the work of such a request.
/// </summary>
internal sealed class AcceptTests
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(["Roles=api"]);
        await _service.SendAsync(HttpMethod.Put, "/v1/accounts/acme", new { name = "Acme" });
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase(null)]
    [TestCase("")]
    [TestCase("*/*")]
    [TestCase("application/*")]
    [TestCase("application/json")]
    [TestCase("Application/JSON")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("application/json;q=0.001")]
    [TestCase("text/html, application/xhtml+xml, */*;q=0.1")]
    [TestCase("application/problem+json, application/json")]
    [TestCase("nonsense, application/json")]
    [TestCase("*/*;q=0, application/json")]
    public async Task A_request_that_accepts_JSON_is_answered(string? accept)
    {
        using var response = await GetAsync("/v1/accounts/acme", accept);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("text/html")]
    [TestCase("image/*")]
    [TestCase("application/xml, text/csv;q=0.5")]
    [TestCase("application/json;q=0")]
    [TestCase("application/json;q=0, */*")]
    [TestCase("application/*;q=0, */*")]
    [TestCase("*/*;q=0")]
    [TestCase("nonsense")]
    public async Task A_request_that_excludes_JSON_is_not_acceptable(string accept)
    {
        using var response = await GetAsync("/v1/accounts/acme", accept);
        var problem = await response.ReadJsonAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotAcceptable), problem.GetRawText());
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.GetProperty("type").GetString(), Is.EqualTo("/problems/not-acceptable"));
            Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("application/json"));
        }
    }

    [Test]
    public async Task A_request_whose_answer_is_not_acceptable_changes_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/accounts/unmade") { Content = TestRequests.Text("{}") };
        request.Headers.Accept.ParseAdd("text/csv");
        using var refused = await _service.Client.SendAsync(request);
        using var read = await _service.Client.GetAsync("/v1/accounts/unmade");
        Assert.That((refused.StatusCode, read.StatusCode), Is.EqualTo((HttpStatusCode.NotAcceptable, HttpStatusCode.NotFound)));
    }

    [TestCase("/v1/accounts/nobody", 404)]
    [TestCase("/v1/accounts?risk=hgih", 422)]
    [TestCase("/v1/nothing", 404)]
    public async Task A_problem_is_problem_JSON_for_every_accepted_type(string path, int status)
    {
        using var response = await GetAsync(path, "text/html, application/json;q=0.1");
        Assert.That(
            ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType), Is.EqualTo((status, "application/problem+json")));
    }

    [TestCase("/openapi/v1.yaml", "application/yaml", 200)]
    [TestCase("/openapi/v1.yaml", "application/json", 406)]
    [TestCase("/metrics", "text/plain", 200)]
    [TestCase("/metrics", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", 200)]
    [TestCase("/metrics", "application/json", 406)]
    [TestCase("/v1/accounts/acme/export", "application/x-ndjson", 200)]
    [TestCase("/v1/accounts/acme/export", "application/json", 406)]
    [TestCase("/problems/validation", "text/html", 200)]
    [TestCase("/health/live", "text/html", 406)]
    [TestCase("/swagger/index.html", "text/html", 200)]
    public async Task Every_route_checks_Accept_against_its_own_media_type(string path, string accept, int status)
    {
        using var response = await GetAsync(path, accept);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
    }

    [TestCase(null, "text/html")]
    [TestCase("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")]
    [TestCase("application/json", "application/json")]
    [TestCase("text/html;q=0.4, application/json;q=0.5", "application/json")]
    public async Task A_problem_page_is_HTML_or_JSON_by_Accept(string? accept, string mediaType)
    {
        using var response = await GetAsync("/problems/validation", accept);
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo(mediaType));
    }

    [Test]
    public async Task A_problem_page_as_JSON_contains_the_status()
    {
        using var response = await GetAsync("/problems/validation", "application/json");
        Assert.That((await response.ReadJsonAsync()).GetProperty("status").GetInt32(), Is.EqualTo(422));
    }

    [TestCase("application/json", "application/json", 200)]
    [TestCase("application/json", "application/x-ndjson", 406)]
    [TestCase("application/x-ndjson", "application/x-ndjson", 200)]
    [TestCase("application/x-ndjson", "application/json", 406)]
    public async Task Scores_are_answered_in_the_media_type_of_the_request(string contentType, string accept, int status)
    {
        var body = contentType == "application/json" ? """{"accounts":[{"id":"a","signals":{}}]}""" : """{"id":"a","signals":{}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/score") { Content = TestRequests.Text(body, contentType) };
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var response = await _service.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(status), await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _service.Client.SendAsync(request);
    }
}
