using System.Diagnostics;
using System.Reflection;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Clients;

/// <summary>Generates Kiota's client from <c>openapi.yaml</c>: runs the tool, which NuGet has restored, in a process of its own.</summary>
internal static class KiotaSource
{
    public static async Task<IReadOnlyList<string>> GenerateAsync()
    {
        using var folder = new TempFolder();
        string[] arguments =
        [
            Tool, "generate", "-l", "CSharp", "-c", "HealthApiClient", "-n", "Generated", "-d", Path.Combine(SourceTree.Root, "openapi.yaml"),
            "-o", folder.Path, "--exclude-backward-compatible",
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,

            // No look-up of newer versions, and no telemetry.
            Environment = { ["KIOTA_OFFLINE_ENABLED"] = "true", ["KIOTA_CLI_TELEMETRY_OPTOUT"] = "true" },
        };
        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, string.Concat(texts));
        return [.. Directory.EnumerateFiles(folder.Path, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];
    }

    private static string Tool => typeof(KiotaSource).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "KiotaTool").Value!;
}
