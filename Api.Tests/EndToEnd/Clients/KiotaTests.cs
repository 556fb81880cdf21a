using HealthApi.Api.Tests.Support.Clients;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Clients;

/// <summary>A client that Kiota generates from <c>openapi.yaml</c> works against the service.</summary>
internal sealed class KiotaTests
{
    private GeneratedClient _client = null!;

    [OneTimeSetUp]
    public async Task GenerateAsync() =>
        _client = GeneratedClient.Compile("Kiota", await KiotaSource.GenerateAsync(), "KiotaDriver.cs");

    [Test]
    public Task The_generated_client_calls_the_service() =>
        ClientScenario.CheckAsync(_client, "HealthThreshold_crossed, AccountChurned", "ProblemsValidation");

    [Test]
    public void Generated_types_have_no_numbered_names() =>
        GeneratedNames.CheckTypes([.. _client.Types.Where(type => type.Namespace == "Generated.Models")]);
}
