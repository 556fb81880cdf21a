using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>Lines and files are short enough to show two side by side.</summary>
internal sealed class LineTests
{
    private const int Columns = 140, Lines = 300;

    private static readonly string[] Product = ["Core", "Infrastructure", "Api"], Others = ["Api.Tests", "benchmarks"];

    [Test]
    public void No_line_is_longer_than_140_columns()
    {
        var data = Long(Others, line => !line.Contains('"', StringComparison.Ordinal) && !line.Contains('\'', StringComparison.Ordinal));
        Assert.That(Long(Product, _ => true).Concat(data), Is.Empty, "break the line; only a line with a literal in a test may be longer");
    }

    [Test]
    public void No_file_is_longer_than_300_lines() => Assert.That(
        Files([.. Product, .. Others])
            .Where(path => File.ReadLines(path).Count() > Lines)
            .Select(path => Path.GetRelativePath(SourceTree.Root, path)),
        Is.Empty);

    private static IEnumerable<string> Files(string[] projects) => projects.SelectMany(project => SourceTree.Files(project, "*.cs"));

    private static IEnumerable<string> Long(string[] projects, Func<string, bool> counts) =>
        from path in Files(projects)
        from numbered in File.ReadLines(path).Select((line, index) => (Text: line, Number: index + 1))
        where numbered.Text.Length > Columns && counts(numbered.Text)
        select $"{Path.GetRelativePath(SourceTree.Root, path)}:{numbered.Number}";
}
