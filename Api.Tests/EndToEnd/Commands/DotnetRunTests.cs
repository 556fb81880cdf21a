using System.Diagnostics;
using System.Reflection;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Commands;

/// <summary><c>dotnet run --project Api</c>, as in the README, uses the files of the current folder.</summary>
internal sealed class DotnetRunTests
{
    private const string Mapping = """
        {"source":"crm","events":[{"id":"{id}","type":"usage.feature_used","accountId":"{account}",
         "occurredAt":{"column":"day","as":"time"},
         "data":{"feature":"reports","quantity":{"column":"minutes","as":"integer","round":"nearest"}}}]}
        """;

    [Test]
    public async Task Mapping_files_and_database_are_in_the_current_folder()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("mapping.json"), Mapping);
        await File.WriteAllTextAsync(
            folder.File("usage.csv"), $"id,account,day,minutes\n1,acme,{DateTime.UtcNow.AddDays(-1):yyyy-MM-dd},4.5\n");

        var (code, output) = await RunAsync(folder, "import", "mapping.json", "usage.csv");

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("1 new"));
        Assert.That(File.Exists(folder.File(Path.Combine("data", "health.db"))), "the database is data/health.db in that folder");
    }

    private static async Task<(int Code, string Output)> RunAsync(TempFolder folder, params string[] words)
    {
        var configuration = typeof(DotnetRunTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string[] arguments = ["run", "--no-build", "-c", configuration, "--project", Path.Combine(SourceTree.Root, "Api"), "--", .. words];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(texts));
    }
}
