using System.Reflection;
using System.Runtime.Loader;
using HealthApi.Api.Tests.Support.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Clients;

/// <summary>A generated client, compiled together with a driver that uses it by its compile-time names.</summary>
/// <param name="Types">The types that were generated.</param>
internal sealed record GeneratedClient(IReadOnlyList<Type> Types, Type Driver)
{
    private const string Drivers = "Api.Tests/EndToEnd/Clients/Drivers";

    /// <summary>The assemblies of the test process: the framework and the libraries that generated clients use.</summary>
    private static readonly IReadOnlyList<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The packages were built for earlier versions of the framework. The SDK suppresses these two warnings too.</summary>
    private static readonly CSharpCompilationOptions Options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        .WithSpecificDiagnosticOptions(
        [
            KeyValuePair.Create("CS1701", ReportDiagnostic.Suppress), KeyValuePair.Create("CS1702", ReportDiagnostic.Suppress),
        ]);

    /// <summary>Compiles the sources; an error or a warning fails the test.</summary>
    public static GeneratedClient Compile(string name, IEnumerable<string> sources, string driver, params string[] symbols)
    {
        var driverPath = Path.Combine(SourceTree.Root, Drivers, driver);
        var options = CSharpParseOptions.Default.WithPreprocessorSymbols(symbols);
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source))
            .Append(CSharpSyntaxTree.ParseText(File.ReadAllText(driverPath), options, driverPath));
        var compilation = CSharpCompilation.Create(name, trees, References, Options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.That(
            result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(Show).Take(20), Is.Empty,
            "the generated client compiles as it is");
        image.Position = 0;
        var types = new AssemblyLoadContext(name).LoadFromStream(image).GetTypes();
        return new GeneratedClient(
            [.. types.Where(type => type.Namespace?.StartsWith("Generated", StringComparison.Ordinal) == true && !type.IsNested)],
            types.Single(type => type.FullName == "Driver"));
    }

    /// <summary>Runs a method of the driver against a service.</summary>
    public Task<IReadOnlyDictionary<string, object>> RunAsync(string method, HttpClient http) =>
        (Task<IReadOnlyDictionary<string, object>>)Driver.GetMethod(method, BindingFlags.Public | BindingFlags.Static)!
            .Invoke(null, [http])!;

    private static string Show(Diagnostic diagnostic) =>
        $"{diagnostic} {diagnostic.Location.SourceTree?.GetText().Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line]}";
}
