using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;

namespace HealthApi.Api.Tests.Conventions.Deploy;

/// <summary>A process of this service as <c>deploy/</c> starts it.</summary>
internal sealed record DeployedProcess(string Name, IReadOnlyDictionary<string, string> Environment)
{
    public override string ToString() => Name;
}

/// <summary>Reads the files of <c>deploy/</c> and the workflows.</summary>
internal static partial class DeployFiles
{
    public const string ComposePath = "deploy/compose.yaml", Kubernetes = "deploy/k8s", Workflow = ".github/workflows/ci.yml";

    /// <summary>Fills in for every variable: 32 bytes in base64, which is valid as a secret and for every other variable.</summary>
    private static readonly string AnySecret = Convert.ToBase64String(new byte[32]);

    public static JsonObject Compose { get; } = YamlFile.Read(ComposePath).Single().AsObject();

    public static IReadOnlyDictionary<string, JsonObject> Services { get; } = Compose["services"]!.AsObject()
        .ToDictionary(pair => pair.Key, pair => pair.Value!.AsObject());

    public static JsonNode Kustomization { get; } = YamlFile.Read($"{Kubernetes}/kustomization.yaml").Single();

    /// <summary>The manifests that the kustomization applies.</summary>
    public static IReadOnlyList<JsonNode> Manifests { get; } =
        [.. Kustomization["resources"]!.AsArray().SelectMany(file => YamlFile.Read($"{Kubernetes}/{file}"))];

    public static JsonNode SecretExample { get; } = YamlFile.Read($"{Kubernetes}/secret.example.yaml").Single();

    /// <summary>Every YAML file of <c>deploy/</c> and of the workflows, relative to the root.</summary>
    public static IEnumerable<string> All() => new[] { "deploy", ".github" }
        .SelectMany(folder => SourceTree.Files(folder, "*.y*ml"))
        .Select(path => Path.GetRelativePath(SourceTree.Root, path));

    /// <summary>Every process of this service, with its variables filled in.</summary>
    public static IEnumerable<DeployedProcess> Processes() =>
        Services.Where(service => IsOurs(service.Value))
            .Select(service => new DeployedProcess($"compose {service.Key}", Texts(service.Value["environment"]!)))
            .Concat(
                Of("Deployment", "Job")
                .Select(workload => new DeployedProcess($"kubernetes {Name(workload)}", Environment(Container(workload)))));

    public static IEnumerable<JsonNode> Of(params string[] kinds) => Manifests.Where(manifest => kinds.Contains(Text(manifest["kind"])));

    public static string Name(JsonNode manifest) => Text(manifest["metadata"]!["name"]);

    public static JsonNode Pod(JsonNode workload) => workload["spec"]!["template"]!["spec"]!;

    public static JsonNode Container(JsonNode workload) => Pod(workload)["containers"]!.AsArray().Single()!;

    public static string Text(JsonNode? value) => value!.GetValue<string>();

    public static bool IsOurs(JsonObject service) => Text(service["image"]).StartsWith("${HEALTHAPI_IMAGE", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)[^}]*\}")]
    public static partial Regex Variable();

    private static Dictionary<string, string> Texts(JsonNode node) =>
        node.AsObject().ToDictionary(pair => pair.Key, pair => Variable().Replace(Text(pair.Value), AnySecret));

    /// <summary>The container's own variables, and those from the ConfigMap and the Secret.</summary>
    private static Dictionary<string, string> Environment(JsonNode container) =>
        Of("ConfigMap").Single()["data"]!.AsObject()
            .Concat(SecretExample["stringData"]!.AsObject())
            .Concat(container["env"]?.AsArray().Select(variable => KeyValuePair.Create(Text(variable!["name"]), variable["value"])) ?? [])
            .ToDictionary(pair => pair.Key, pair => Text(pair.Value));
}
