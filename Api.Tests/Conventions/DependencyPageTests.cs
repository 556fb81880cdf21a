using System.Text.RegularExpressions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>The decision record on dependencies states the versions that are pinned, and names every package.</summary>
internal sealed partial class DependencyPageTests
{
    private static readonly string Page = Pages.Read("docs/decisions/0006-dependencies.md");

    private static readonly IReadOnlyDictionary<string, string> Pinned = Pin().Matches(Pages.Read("Directory.Packages.props"))
        .ToDictionary(pin => pin.Groups[1].Value, pin => pin.Groups[2].Value, StringComparer.Ordinal);

    [Test]
    public void The_page_states_the_pinned_versions()
    {
        var stated = Stated().Matches(Page);
        Assert.That(stated, Has.Count.GreaterThan(15));
        var wrong = from Match one in stated
                    where !IsPinned(one.Groups[1].Value, one.Groups[2].Value)
                    select one.Value;
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_page_names_every_package() =>
        Assert.That(Pinned.Keys.Where(name => !Names(name) && !Names(name.Split('.')[0] + " ")), Is.Empty);

    private static bool Names(string text) => Page.Contains(text, StringComparison.Ordinal);

    /// <summary>A family of packages may be stated by the common beginning of their names.</summary>
    private static bool IsPinned(string name, string version) =>
        Pinned.Any(pin => (pin.Key + ".").StartsWith(name + ".", StringComparison.Ordinal) && pin.Value == version);

    [GeneratedRegex("<PackageVersion Include=\"([^\"]+)\" Version=\"([^\"]+)\"")]
    private static partial Regex Pin();

    /// <summary>In the table's first column: a name and its version.</summary>
    [GeneratedRegex(@"(?<=^\|[^|]*)\b([A-Z][\w.]*\w) (\d[\w.-]*\w)(?=[^|]*\|)", RegexOptions.Multiline)]
    private static partial Regex Stated();
}
