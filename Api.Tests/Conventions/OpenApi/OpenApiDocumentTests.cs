using System.Net;
using System.Net.Http.Headers;
using HealthApi.Api.Tests.Support.Http;
using Microsoft.OpenApi;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.OpenApi;

/// <summary>The document is served unchanged and is valid.</summary>
internal sealed class OpenApiDocumentTests
{
    [Test]
    public async Task The_document_is_served_byte_for_byte_and_needs_no_key()
    {
        await using var service = await TestService.StartAsync(["Roles=api"]);
        service.Client.DefaultRequestHeaders.Authorization = null;
        using var response = await service.Client.GetAsync("/openapi/v1.yaml");
        Assert.That(response.Content.Headers.ContentType, Is.EqualTo(new MediaTypeHeaderValue("application/yaml")));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(OpenApiFile.Bytes));
    }

    [TestCase("/swagger")]
    [TestCase("/swagger/index.html")]
    [TestCase("/swagger/swagger-ui-bundle.js")]
    public async Task The_Swagger_page_needs_no_key(string path)
    {
        await using var service = await TestService.StartAsync(["Roles=api"]);
        service.Client.DefaultRequestHeaders.Authorization = null;
        using var response = await service.Client.GetAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_Swagger_page_loads_the_document()
    {
        await using var service = await TestService.StartAsync(["Roles=api"]);
        var script = await service.Client.GetStringAsync("/swagger/index.js");
        Assert.That(script, Does.Contain("../openapi/v1.yaml"));
    }

    [Test]
    public void The_document_is_valid_OpenAPI_3_1()
    {
        var read = OpenApiDocument.Parse(OpenApiFile.Document.GetRawText(), OpenApiConstants.Json);
        Assert.That(read.Diagnostic!.Errors.Select(error => error.ToString()), Is.Empty);
        Assert.That(read.Diagnostic.SpecificationVersion, Is.EqualTo(OpenApiSpecVersion.OpenApi3_1));
        Assert.That(read.Document!.Validate(ValidationRuleSet.GetDefaultRuleSet()).Select(error => error.ToString()), Is.Empty);
    }

    [Test]
    public void The_version_of_the_document_is_that_of_the_product() => Assert.That(
        OpenApiFile.Document.GetProperty("info").GetProperty("version").GetString(),
        Is.EqualTo(typeof(ServiceHost).Assembly.GetName().Version!.ToString(3)));
}
