using System.Text.Json.Nodes;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Deploy;

internal sealed class KubernetesTests
{
    /// <summary>The seconds that the host gives its services to stop.</summary>
    private const int ShutdownSeconds = 30;

    private static readonly string[] Probes = ["startupProbe", "readinessProbe", "livenessProbe"];

    [Test]
    public void The_kustomization_applies_every_file_but_the_example()
    {
        var files = SourceTree.Files(DeployFiles.Kubernetes, "*.yaml").Select(path => Path.GetFileName(path))
            .Except(["kustomization.yaml", "secret.example.yaml"]);
        Assert.That(DeployFiles.Kustomization["resources"]!.AsArray().Select(DeployFiles.Text), Is.EquivalentTo(files));
    }

    [TestCaseSource(nameof(Workloads))]
    public void A_container_runs_without_privileges_and_with_resource_limits(JsonNode workload)
    {
        var (pod, container) = (DeployFiles.Pod(workload), DeployFiles.Container(workload));
        var may = container["securityContext"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DeployFiles.Text(pod["securityContext"]!["runAsNonRoot"]), Is.EqualTo("true"));
            Assert.That(DeployFiles.Text(pod["automountServiceAccountToken"]), Is.EqualTo("false"));
            Assert.That(DeployFiles.Text(may["readOnlyRootFilesystem"]), Is.EqualTo("true"));
            Assert.That(DeployFiles.Text(may["allowPrivilegeEscalation"]), Is.EqualTo("false"));
            Assert.That(may["capabilities"]!["drop"]!.AsArray().Select(DeployFiles.Text), Is.EqualTo((string[])["ALL"]));
            Assert.That(container["resources"]!["requests"]!["cpu"], Is.Not.Null);
            Assert.That(container["resources"]!["limits"]!["memory"], Is.Not.Null);
        }
    }

    [TestCaseSource(nameof(Deployments))]
    public void Probes_call_routes_that_exist_on_a_port_that_is_open(JsonNode deployment)
    {
        var container = DeployFiles.Container(deployment);
        var routes = OpenApiFile.Operations.Where(operation => operation is { Method: "GET", Scopes.Count: 0 })
            .Select(operation => operation.Path).ToList();
        var ports = container["ports"]!.AsArray().Select(port => DeployFiles.Text(port!["name"])).ToList();
        foreach (var probe in Probes.Select(name => container[name]!["httpGet"]!))
        {
            Assert.That(routes, Does.Contain(DeployFiles.Text(probe["path"])));
            Assert.That(ports, Does.Contain(DeployFiles.Text(probe["port"])));
        }
    }

    [TestCaseSource(nameof(Deployments))]
    public void The_grace_period_is_longer_than_the_shutdown(JsonNode deployment)
    {
        var preStop = Number(DeployFiles.Container(deployment)["lifecycle"]!["preStop"]!["sleep"]!["seconds"]);
        Assert.That(Number(DeployFiles.Pod(deployment)["terminationGracePeriodSeconds"]), Is.GreaterThan(preStop + ShutdownSeconds));
    }

    [TestCaseSource(nameof(Deployments))]
    public void A_deployment_selects_its_own_pods_and_has_one_autoscaler_and_one_disruption_budget(JsonNode deployment)
    {
        var labels = deployment["spec"]!["template"]!["metadata"]!["labels"]!;
        var selector = deployment["spec"]!["selector"]!["matchLabels"]!;
        var guards = DeployFiles.Of("PodDisruptionBudget").Select(budget => budget["spec"]!["selector"]!["matchLabels"]!);
        var scaled = DeployFiles.Of("HorizontalPodAutoscaler")
            .Select(scaler => DeployFiles.Text(scaler["spec"]!["scaleTargetRef"]!["name"]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(JsonNode.DeepEquals(selector, labels), "selector and labels");
            Assert.That(guards.Count(guard => JsonNode.DeepEquals(guard, labels)), Is.EqualTo(1), "disruption budgets");
            Assert.That(scaled.Count(name => name == DeployFiles.Name(deployment)), Is.EqualTo(1), "autoscalers");
        }
    }

    [Test]
    public void The_service_sends_requests_only_to_the_api()
    {
        var selector = DeployFiles.Of("Service").Single()["spec"]!["selector"];
        var reached = DeployFiles.Of("Deployment")
            .Where(deployment => JsonNode.DeepEquals(selector, deployment["spec"]!["template"]!["metadata"]!["labels"]));
        Assert.That(reached.Select(DeployFiles.Name), Is.EqualTo((string[])["healthapi-api"]));
    }

    [Test]
    public void There_are_no_more_workers_than_lanes()
    {
        var lanes = Number(DeployFiles.Of("ConfigMap").Single()["data"]!["Messaging__Partitions"]);
        var workers = DeployFiles.Of("HorizontalPodAutoscaler").Single(scaler => DeployFiles.Name(scaler) == "healthapi-worker");
        Assert.That(Number(workers["spec"]!["maxReplicas"]), Is.LessThanOrEqualTo(lanes));
    }

    [Test]
    public void The_config_map_contains_no_secret()
    {
        var seen = DeployFiles.Of("ConfigMap").Single()["data"]!.AsObject().Select(pair => pair.Key);
        Assert.That(seen, Has.None.Match("ConnectionString|Uri|Key|Secret|Password"));
    }

    private static IEnumerable<TestCaseData> Workloads() => Cases("Deployment", "Job");

    private static IEnumerable<TestCaseData> Deployments() => Cases("Deployment");

    private static IEnumerable<TestCaseData> Cases(params string[] kinds) =>
        DeployFiles.Of(kinds).Select(workload => new TestCaseData(workload).SetArgDisplayNames(DeployFiles.Name(workload)));

    private static int Number(JsonNode? text) => int.Parse(DeployFiles.Text(text));
}
