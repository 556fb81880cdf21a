using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Server;

/// <summary>The headers of HTML pages: only scripts of the service run, no frames, no referrer.</summary>
internal sealed class PageHeaderTests
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("/problems/validation")]
    [TestCase("/swagger/index.html")]
    [TestCase("/swagger/oauth2-redirect.html")]
    public async Task A_page_has_a_strict_Content_Security_Policy(string path)
    {
        using var response = await _service.Client.GetAsync(path);
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/html"));
        var policy = Header(response, "Content-Security-Policy");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(policy, Does.Contain("default-src 'none'").And.Contain("frame-ancestors 'none'").And.Contain("base-uri 'none'"));
            Assert.That(policy, Does.Not.Contain("unsafe-eval").And.Not.Contain("script-src 'unsafe-inline'"));
            Assert.That(Header(response, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
            Assert.That(Header(response, "Referrer-Policy"), Is.EqualTo("no-referrer"));
        }
    }

    [Test]
    public async Task The_policy_of_the_Swagger_page_allows_its_own_files_and_it_has_no_inline_script()
    {
        using var response = await _service.Client.GetAsync("/swagger/index.html");
        var page = await response.Content.ReadAsStringAsync();
        var policy = Header(response, "Content-Security-Policy");
        Assert.That(
            policy,
            Does.Contain("script-src 'self';").And.Contain("style-src 'self'").And.Contain("img-src 'self' data:").And.Contain(
                "connect-src 'self'"));
        Assert.That(
            page, Does.Not.Match("<script>|<script (?![^>]*src=)| on[a-z]+=|src=\"https?:|href=\"https?:"),
            "the policy would block inline and foreign scripts");
    }

    [TestCase("/health/live")]
    [TestCase("/openapi/v1.yaml")]
    [TestCase("/problems")]
    [TestCase("/v1/nothing")]
    [TestCase("/swagger/swagger-ui-bundle.js")]
    public async Task Every_answer_has_nosniff(string path)
    {
        using var response = await _service.Client.GetAsync(path);
        Assert.That(Header(response, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
