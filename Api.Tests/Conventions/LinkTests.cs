using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>Links resolve, and every page, section, decision and class that is cited exists.</summary>
internal sealed partial class LinkTests
{
    private const string Domain = "docs/domain.md";

    /// <summary>Files that may cite pages. The files of this folder are excluded because they contain the patterns of citations.</summary>
    private static IEnumerable<string> Citing => Pages.Paths("*.cs", "*.md", "*.yaml", "*.yml", "*.sql", "*.json")
        .Where(path => !path.StartsWith("Api.Tests/Conventions/", StringComparison.Ordinal));

    [Test]
    public void A_link_in_a_page_leads_to_a_file_and_a_heading_that_exist()
    {
        var broken = from page in Pages.All
                     from Match link in Link().Matches(InlineCode().Replace(Pages.Prose(page), ""))
                     let target = link.Groups[1].Value
                     where !Uri.TryCreate(target, UriKind.Absolute, out _) && !Leads(page, target)
                     select $"{page} links to {target}";
        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void A_page_that_is_cited_exists()
    {
        var unknown = from path in Citing
                      from Match named in PageName().Matches(Pages.Read(path))
                      where !Pages.All.Any(page => ("/" + page).EndsWith("/" + named.Value.TrimStart('.', '/'), StringComparison.Ordinal))
                      select $"{path} names {named.Value}";
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void A_path_below_docs_that_is_cited_exists()
    {
        var unknown = from path in Citing
                      from Match named in DocsPath().Matches(Pages.Read(path))
                      let full = Path.Combine(SourceTree.Root, named.Value.TrimEnd('.', '/'))
                      where !File.Exists(full) && !Directory.Exists(full)
                      select $"{path} names {named.Value}";
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void A_section_of_the_domain_page_that_is_cited_exists()
    {
        var sections = Section().Matches(Pages.Read(Domain)).Select(section => section.Groups[1].Value).ToHashSet();
        var unknown = from path in Citing
                      from Match cited in DomainSection().Matches(Pages.Read(path))
                      where !sections.Contains(cited.Groups[1].Value)
                      select $"{path} cites {cited.Value}";
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void A_decision_that_is_cited_exists()
    {
        var records = Pages.All.Select(page => DecisionFile().Match(page)).Where(file => file.Success);
        var numbers = records.Select(file => int.Parse(file.Groups[1].Value)).ToHashSet();
        var unknown = from path in Citing
                      from Match cited in Decision().Matches(Pages.Read(path))
                      where !numbers.Contains(int.Parse(cited.Groups[1].Value))
                      select $"{path} cites {cited.Value}";
        Assert.That(unknown, Is.Empty);
    }

    /// <summary>Decision records and the change log may name code that no longer exists, so they are not checked.</summary>
    [Test]
    public void A_class_or_member_that_a_page_names_exists()
    {
        var sources = Pages.Paths("*.cs", "*.csproj", "*.sln", "*.json", "*.yaml").Select(Pages.Read);
        var words = sources.SelectMany(text => Word().Matches(text).Select(word => word.Value)).ToHashSet(StringComparer.Ordinal);
        var unknown = from page in Pages.All
                      where !DecisionFile().IsMatch(page) && page != "CHANGELOG.md"
                      from Match named in CodeName().Matches(Pages.Prose(page))
                      from name in named.Groups[1].Value.Split('.')
                      where !words.Contains(name)
                      select $"{page} names {name}";
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void The_guide_to_test_support_names_every_harness()
    {
        var guide = Pages.Read("Api.Tests/Support/README.md");
        var harnesses = Pages.Paths("*.cs").Where(path => path.StartsWith("Api.Tests/Support/", StringComparison.Ordinal));
        var names = harnesses.Select(path => Path.GetFileName(path).Split('.')[0]).Distinct();
        Assert.That(names.Where(name => !Regex.IsMatch(guide, $@"\b{name}\b")), Is.Empty);
    }

    [Test]
    public void The_patterns_find_links_sections_and_decisions() => Assert.Multiple(() =>
    {
        Assert.That(Pages.All.Sum(page => Link().Count(Pages.Prose(page))), Is.GreaterThan(30), "links");
        Assert.That(Citing.Sum(path => DomainSection().Count(Pages.Read(path))), Is.GreaterThan(20), "sections");
        Assert.That(Citing.Sum(path => Decision().Count(Pages.Read(path))), Is.GreaterThan(5), "decisions");
        Assert.That(Pages.Anchors(Domain), Does.Contain("9-not-built-yet"));
    });

    private static bool Leads(string page, string target)
    {
        var parts = target.Split('#', 2);
        var from = Path.Combine(SourceTree.Root, page);
        var full = parts[0].Length == 0 ? from : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from)!, parts[0]));
        if (!File.Exists(full) && !Directory.Exists(full)) return false;
        return parts.Length == 1 || Pages.Anchors(Path.GetRelativePath(SourceTree.Root, full)).Contains(parts[1]);
    }

    [GeneratedRegex(@"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"(?<![\w/.*-])[\w./-]*\w\.md\b")]
    private static partial Regex PageName();

    [GeneratedRegex(@"(?<![\w./-])docs/[\w./-]+")]
    private static partial Regex DocsPath();

    [GeneratedRegex(@"^## §(\w+) ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"domain\.md §(\w+)")]
    private static partial Regex DomainSection();

    [GeneratedRegex(@"\b[Dd]ecision (?:record )?(\d+)")]
    private static partial Regex Decision();

    [GeneratedRegex(@"^docs/decisions/(\d{4})-")]
    private static partial Regex DecisionFile();

    [GeneratedRegex(@"`([A-Z]\w*[a-z]\w*(?:\.[A-Z]\w*)*)`")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
