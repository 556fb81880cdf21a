using System.Diagnostics;
using System.Reflection;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Commands;

/// <summary><c>dotnet run --project Api</c>, as the README types it, works on the files of the folder it is typed in.</summary>
internal sealed class DotnetRunTests
{
    private const string Mapping = """
        {"source":"crm","events":[{"id":"{id}","type":"usage.feature_used","accountId":"{account}",
         "occurredAt":{"column":"day","as":"time"},
         "data":{"feature":"reports","quantity":{"column":"minutes","as":"integer","round":"nearest"}}}]}
        """;

    [Test]
    public async Task Mapping_files_and_data_lie_where_it_is_typed()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("mapping.json"), Mapping);
        await File.WriteAllTextAsync(
            folder.File("usage.csv"), $"id,account,day,minutes\n1,acme,{DateTime.UtcNow.AddDays(-1):yyyy-MM-dd},4.5\n");

        var (code, said) = await RunAsync(folder, "import", "mapping.json", "usage.csv");

        Assert.That(code, Is.Zero, said);
        Assert.That(said, Does.Contain("1 new"));
        Assert.That(File.Exists(folder.File(Path.Combine("data", "health.db"))), "the data lies in data/health.db of that folder");
    }

    private static async Task<(int Code, string Said)> RunAsync(TempFolder folder, params string[] words)
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
