using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands.Import;

/// <summary>The example in docs/import.md works as documented.</summary>
public sealed class ImportDocumentationTests
{
    [Test]
    public async Task The_documented_example_can_be_imported()
    {
        using var folder = new TempFolder();
        var text = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs", "import.md"));
        await File.WriteAllTextAsync(folder.File("tickets.csv"), BlockPattern("csv").Match(text).Groups[1].Value);
        await File.WriteAllTextAsync(folder.File("tickets.json"), BlockPattern("json").Match(text).Groups[1].Value);

        var run =
            await CommandRun.OfAsync(folder, ["import", folder.File("tickets.json"), folder.File("tickets.csv")], new ManualTimeProvider());

        Assert.That(run.Output, Does.Contain("2 rows in ").And.Contain("5 new, 0 duplicates").And.Not.Contain("rejected"), run.Error);
    }

    private static Regex BlockPattern(string language) => new($"```{language}\n(.*?)```", RegexOptions.Singleline);
}
