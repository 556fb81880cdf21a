using System.Text.Json.Nodes;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Deploy;

internal sealed class ComposeTests
{
    [Test]
    public void Compose_starts_two_api_and_two_worker_processes()
    {
        var roles = DeployFiles.Services.Values.Where(DeployFiles.IsOurs)
            .Where(service => service["environment"]!["Roles"] is not null)
            .SelectMany(
                service => Enumerable.Repeat(
                    DeployFiles.Text(service["environment"]!["Roles"]), int.Parse(service["deploy"]!["replicas"]?.GetValue<string>() ?? "1")));
        Assert.That(roles, Is.EquivalentTo((string[])["api", "api", "worker", "worker"]));
    }

    [Test]
    public void A_service_waits_only_for_conditions_that_can_be_met()
    {
        foreach (var (service, waited, condition) in Waits())
            Assert.That(CanBeMet(DeployFiles.Services[waited], condition), $"{service} waits for {waited}: {condition}");
    }

    [Test]
    public void Every_process_waits_for_the_migration()
    {
        var serving = DeployFiles.Services.Where(service => service.Value["environment"]?["Roles"] is not null)
            .Select(service => service.Key);
        Assert.That(
            Waits().Where(wait => wait is { Waited: "migrate", Condition: "service_completed_successfully" }).Select(wait => wait.Service),
            Is.EquivalentTo(serving));
    }

    [Test]
    public void The_example_env_file_names_exactly_the_variables_that_are_used()
    {
        var used = DeployFiles.Variable().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, DeployFiles.ComposePath)))
            .Select(match => match.Groups["name"].Value);
        var named = File.ReadLines(Path.Combine(SourceTree.Root, "deploy", ".env.example"))
            .Where(line => line.Contains('=') && line[0] != '#').Select(line => line.Split('=')[0]);
        Assert.That(named, Is.EquivalentTo(used.Distinct()));
    }

    [Test]
    public void Every_server_has_a_health_check_a_memory_limit_and_a_restart_policy()
    {
        foreach (var (name, service) in DeployFiles.Services.Where(service => DeployFiles.Text(service.Value["restart"]) != "no"))
        {
            using (Assert.EnterMultipleScope())
            {
                Assert.That(service["healthcheck"]?["test"], Is.Not.Null, name);
                Assert.That(service["deploy"]?["resources"]?["limits"]?["memory"], Is.Not.Null, name);
                Assert.That(DeployFiles.Text(service["restart"]), Is.EqualTo("unless-stopped"), name);
            }
        }
    }

    [Test]
    public void Health_checks_call_routes_that_exist()
    {
        var called = DeployFiles.Services.Values.Select(service => service["healthcheck"]?["test"]?.AsArray().Last()!.GetValue<string>())
            .Where(word => word?.StartsWith("http://", StringComparison.Ordinal) == true)
            .Select(url => new Uri(url!).AbsolutePath).Distinct();
        Assert.That(
            called,
            Is.Not.Empty.And.SubsetOf(
                OpenApiFile.Operations.Where(operation => operation is { Method: "GET", Scopes.Count: 0 })
                .Select(operation => operation.Path)));
    }

    private static IEnumerable<(string Service, string Waited, string Condition)> Waits() =>
        from service in DeployFiles.Services
        from wait in service.Value["depends_on"]?.AsObject() ?? []
        select (service.Key, wait.Key, DeployFiles.Text(wait.Value!["condition"]));

    private static bool CanBeMet(JsonObject waited, string condition) => condition switch
    {
        "service_healthy" => waited["healthcheck"]?["test"] is not null,
        "service_completed_successfully" => DeployFiles.Text(waited["restart"]) == "no",
        _ => false,
    };
}
