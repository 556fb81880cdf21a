using System.Net.Http.Headers;
using System.Text;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Security;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>Every operation answers errors as it documents them.</summary>
internal sealed class OpenApiProblemTests
{
    private TestService _service = null!;
    private Dictionary<string, string> _keys = [];

    private static IEnumerable<OpenApiOperation> Operations => OpenApiFile.Operations;

    private static IEnumerable<OpenApiOperation> WithKey => Operations.Where(operation => operation.Scopes.Count > 0);

    private static IEnumerable<OpenApiOperation> WithBody => Operations.Where(operation => operation.Bodies.Any());

    private static IEnumerable<OpenApiOperation> WithKeyAndBody => WithBody.Where(operation => operation.Scopes.Count > 0);

    private static IEnumerable<OpenApiOperation> WithId =>
        Operations.Where(
            operation => operation.Responses.Any(response => response.Name == "404") && !operation.Bodies.Any()
            && operation.Path.Contains('{'));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(["Roles=api", "Limits:WrongKeys=0"]);
        foreach (var scope in ApiScopes.All)
        {
            _keys[scope] = (await _service.PostAsync("/v1/keys", new { name = scope, scopes = new[] { scope } })).GetProperty("secret")
                .GetString()!;
        }
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCaseSource(nameof(WithKey))]
    public Task An_unknown_key_is_answered_401(OpenApiOperation operation) =>
        FailsAsync(operation, 401, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "hk_none"));

    [TestCaseSource(nameof(WithKey))]
    public async Task Exactly_the_documented_scopes_are_accepted(OpenApiOperation operation)
    {
        foreach (var (scope, key) in _keys.Where(pair => pair.Key is not ApiScopes.Admin))
        {
            var expected = operation.Scopes.Contains(scope) ? (int?)null : 403;
            await FailsAsync(operation, expected, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key));
        }
    }

    [TestCaseSource(nameof(Operations))]
    public Task An_unknown_query_parameter_is_answered_422(OpenApiOperation operation) =>
        FailsAsync(operation, 422, request => request.RequestUri = new Uri(request.RequestUri + "?nobody=knows", UriKind.Relative));

    [TestCaseSource(nameof(Operations))]
    public Task An_unknown_method_is_answered_405(OpenApiOperation operation) =>
        FailsAsync(operation, 405, request => request.Method = new HttpMethod("BREW"));

    /// <summary>Inbound webhooks are left out: they check the integration and its key before the body.</summary>
    [TestCaseSource(nameof(WithKeyAndBody))]
    public Task A_body_that_is_not_JSON_is_answered_400(OpenApiOperation operation) =>
        FailsAsync(operation, 400, request => request.Content = Body("{", "application/json"));

    [TestCaseSource(nameof(WithBody))]
    public Task A_body_of_another_media_type_is_answered_415(OpenApiOperation operation) =>
        FailsAsync(operation, 415, request => request.Content = Body("{}", "text/css"));

    [TestCaseSource(nameof(WithBody))]
    public Task A_body_beyond_all_limits_is_answered_413(OpenApiOperation operation) => FailsAsync(operation, 413, request =>
    {
        // Only the headers are sent at first; the service answers by the length, before it asks for the body.
        request.Headers.ExpectContinue = true;
        request.Content = Body(new string(' ', 31_000_000), "application/json");
    });

    [TestCaseSource(nameof(WithId))]
    public Task An_unknown_id_is_answered_404(OpenApiOperation operation) => FailsAsync(operation, 404, _ => { });

    private static StringContent Body(string text, string type) => new(text, Encoding.UTF8, new MediaTypeHeaderValue(type));

    /// <summary>
    /// Calls the operation with the adjusted request and checks the response against the document. Without an expected status, every status
    /// except 401 and 403 is accepted.
    /// </summary>
    private async Task FailsAsync(OpenApiOperation operation, int? status, Action<HttpRequestMessage> adjust)
    {
        var path = string.Join('/', operation.Path.Split('/').Select(segment => segment.StartsWith('{') ? "none" : segment));
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
        adjust(request);
        using var response = await _service.Client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, status is { } expected ? Is.EqualTo(expected) : Is.Not.AnyOf(401, 403), body);
        OpenApiAnswers.Check(operation, response, body);
    }
}
