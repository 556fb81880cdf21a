using System.Text.RegularExpressions;
using System.Xml.Linq;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Deploy;

/// <summary>Every image and action has a fixed version, and the workflow tests with the servers that are deployed.</summary>
internal sealed partial class DeployImagesTests
{
    [TestCaseSource(typeof(DeployFiles), nameof(DeployFiles.All))]
    public void Every_file_parses(string path) => Assert.That(YamlFile.Read(path), Is.Not.Empty);

    [Test]
    public void Every_image_has_a_version() => Assert.That(
        DeployFiles.Services.Values.Select(service => DeployFiles.Text(service["image"])),
        Has.All.Matches<string>(
            image => Versioned().IsMatch(image!) || image!.EndsWith(":${HEALTHAPI_VERSION:?}", StringComparison.Ordinal)));

    [Test]
    public void Kubernetes_gets_one_version_of_our_image()
    {
        var image = DeployFiles.Kustomization["images"]!.AsArray().Single()!;
        var used = DeployFiles.Of("Deployment", "Job").Select(workload => DeployFiles.Text(DeployFiles.Container(workload)["image"]));
        Assert.That(used, Is.Not.Empty.And.All.EqualTo(DeployFiles.Text(image["name"])));
        Assert.That(DeployFiles.Text(image["newTag"]), Does.Match(@"^\d+\.\d+\.\d+$"));
    }

    [Test]
    public void The_workflow_tests_against_the_servers_that_are_deployed()
    {
        var deployed = DeployFiles.Services.Values.Select(service => DeployFiles.Text(service["image"])).ToHashSet();
        var tested = YamlFile.Read(DeployFiles.Workflow).Single()["jobs"]!["test"]!["services"]!.AsObject()
            .Select(service => DeployFiles.Text(service.Value!["image"]));
        Assert.That(tested, Is.Not.Empty.And.SubsetOf(deployed));
    }

    [Test]
    public void Every_action_has_a_major_version()
    {
        var steps = YamlFile.Read(DeployFiles.Workflow).Single()["jobs"]!.AsObject().SelectMany(job => job.Value!["steps"]!.AsArray());
        Assert.That(
            steps.Where(step => step!["uses"] is not null).Select(step => DeployFiles.Text(step!["uses"])),
            Is.Not.Empty.And.All.Match(@"@v\d+$"));
    }

    [Test]
    public void The_image_restores_every_project_that_the_service_is_built_from()
    {
        var dockerfile = File.ReadAllText(Path.Combine(SourceTree.Root, "Dockerfile"));
        Assert.That(
            Reached("Api/Api.csproj"),
            Has.All.Matches<string>(project => dockerfile.Contains($"COPY {project} ", StringComparison.Ordinal)));
    }

    /// <summary>A project and all projects that it references, relative to the root.</summary>
    private static IEnumerable<string> Reached(string project)
    {
        var folder = Path.GetDirectoryName(Path.Combine(SourceTree.Root, project))!;
        var references = XDocument.Load(Path.Combine(SourceTree.Root, project)).Descendants("ProjectReference")
            .Select(
                reference => Path.GetRelativePath(
                    SourceTree.Root, Path.GetFullPath(Path.Combine(folder, reference.Attribute("Include")!.Value))));
        return references.SelectMany(Reached).Prepend(project).Distinct();
    }

    [GeneratedRegex(@"^[\w./-]+:v?\d[\w.-]*\d[\w.-]*$")]
    private static partial Regex Versioned();
}
