using System.IO.Compression;
using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Commands;

/// <summary>
/// Imports the first 20,000 rows of the data set churnsim-crm5 from its gzip file: usage per account, day and kind, with active users.
/// </summary>
public sealed class ChurnSimTests
{
    private const int Lines = 20_000;

    [Test]
    public async Task Every_row_of_daily_usage_is_imported()
    {
        using var folder = new TempFolder();
        var part = folder.File("part.csv.gz");
        await CopyAsync(SharedData.File("churnsim-crm5", "usage_daily.csv.gz"), part);
        var mapping = Path.Combine(SourceTree.Root, "Api.Tests", "Import", "churnsim", "usage_daily.json");

        var run = await CommandRun.OfAsync(folder, ["import", mapping, part, "--Retention:Events=4000"], new ManualTimeProvider());

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(
            run.Output,
            Does.Contain($"{Lines:N0} rows in ").And.Contain($"{Lines:N0} new, 0 duplicates, 0 conflicts").And.Not.Contain("rejected"));
    }

    private static async Task CopyAsync(string source, string target)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(source), CompressionMode.Decompress));
        await using var writer = new StreamWriter(new GZipStream(File.Create(target), CompressionMode.Compress));
        for (var line = 0; line <= Lines; line++) await writer.WriteLineAsync(await reader.ReadLineAsync());
    }
}
