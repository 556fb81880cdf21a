using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>The Markdown pages of the project. Paths are relative to its root, with slashes.</summary>
internal static partial class Pages
{
    private static readonly string[] Generated = ["/bin/", "/obj/", "/.git/", "/TestResults/"];

    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> All { get; } = Paths("*.md");

    /// <summary>Files that match one of the patterns, except build output.</summary>
    public static IReadOnlyList<string> Paths(params string[] patterns) =>
    [
        .. patterns.SelectMany(pattern => SourceTree.Files("", pattern))
            .Select(path => "/" + Path.GetRelativePath(SourceTree.Root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !Generated.Any(path.Contains)).Select(path => path[1..]).Order(StringComparer.Ordinal),
    ];

    public static string Read(string path) => Texts.GetOrAdd(path, static path => File.ReadAllText(Path.Combine(SourceTree.Root, path)));

    /// <summary>The text of a page without its code blocks.</summary>
    public static string Prose(string path) => CodeBlock().Replace(Read(path), "");

    /// <summary>The anchors of a page's headings, as GitHub makes them.</summary>
    public static IReadOnlySet<string> Anchors(string path)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slug in Heading().Matches(Prose(path)).Select(heading => Slug(heading.Groups[1].Value)))
        {
            seen[slug] = seen.TryGetValue(slug, out var count) ? count + 1 : 0;
            anchors.Add(seen[slug] == 0 ? slug : $"{slug}-{seen[slug]}");
        }

        return anchors;
    }

    private static string Slug(string heading) =>
        NotInAnchor().Replace(LinkText().Replace(heading, "$1").ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^#+ +(.+?) *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
