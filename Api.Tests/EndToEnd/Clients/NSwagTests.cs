using HealthApi.Api.Tests.Support.Clients;
using HealthApi.Api.Tests.Support.Http;
using NJsonSchema.CodeGeneration.CSharp;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Clients;

/// <summary>A client that NSwag generates from <c>openapi.yaml</c> works against the service, with either serializer.</summary>
[TestFixture(CSharpJsonLibrary.NewtonsoftJson)]
[TestFixture(CSharpJsonLibrary.SystemTextJson)]
internal sealed class NSwagTests(CSharpJsonLibrary library)
{
    private GeneratedClient _client = null!;

    [OneTimeSetUp]
    public async Task GenerateAsync() => _client = GeneratedClient.Compile(
        $"NSwag{library}", [await NSwagSource.GenerateAsync(library)], "NSwagDriver.cs",
        library == CSharpJsonLibrary.SystemTextJson ? ["SYSTEM_TEXT_JSON"] : []);

    [Test]
    public Task The_generated_client_calls_the_service() =>
        ClientScenario.CheckAsync(_client, "Health_threshold_crossed, Account_churned", "Validation");

    [Test]
    public void Generated_types_have_no_numbered_names() => GeneratedNames.CheckTypes(_client.Types);

    [Test]
    public void Generated_methods_have_plain_names_and_take_ids_before_bodies()
    {
        var methods = _client.Types.Single(type => type.Name == "HealthApiClient").GetMethods()
            .Where(method => method.Name.EndsWith("Async", StringComparison.Ordinal)).ToList();
        GeneratedNames.CheckMethods(methods);
        Assert.That(methods.Select(method => method.Name).Distinct(), Has.Exactly(OpenApiFile.Operations.Count).Items);
    }
}
