using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>
/// The rooms of a project are ordered along the way of an event. A room uses only earlier rooms, so no two rooms depend on each other.
/// </summary>
internal sealed class RoomTests
{
    [TestCaseSource(typeof(Rooms), nameof(Rooms.All))]
    public void A_room_uses_only_rooms_before_it(Rooms rooms)
    {
        var forbidden = from path in SourceTree.Files(rooms.Folder, "*.cs")
                        let room = Array.IndexOf(rooms.Order, FirstFolder(rooms, path))
                        where room >= 0
                        from used in Used(rooms, File.ReadAllText(path))
                        where Array.IndexOf(rooms.Order, used) > room
                        select $"{Path.GetRelativePath(SourceTree.Root, path)} uses {used}";
        Assert.That(forbidden, Is.Empty, "a room uses a later room; see docs/architecture.md");
    }

    [TestCaseSource(typeof(Rooms), nameof(Rooms.All))]
    public void Every_room_has_a_place_in_the_order(Rooms rooms)
    {
        var folders = SourceTree.Files(rooms.Folder, "*.cs").Select(path => FirstFolder(rooms, path)).OfType<string>().Distinct();
        Assert.That(folders, Is.EquivalentTo(rooms.Order));
    }

    [Test]
    public void Tests_lie_in_rooms_of_the_project_that_they_test([Values("Core", "Infrastructure", "Api")] string project)
    {
        var rooms = Rooms.All.Single(rooms => rooms.Folder == project);
        var tests = rooms with { Folder = "Api.Tests/" + project };
        var folders = SourceTree.Files(tests.Folder, "*.cs").Select(path => FirstFolder(tests, path)).OfType<string>().Distinct();
        Assert.That(folders, Is.SubsetOf(rooms.Order));
    }

    [Test]
    public void A_namespace_equals_its_folder()
    {
        string[] projects = ["Core", "Infrastructure", "Api", "Api.Tests"];
        var strays = from project in projects
                     from path in SourceTree.Files(project, "*.cs")
                     let folder = Path.GetRelativePath(SourceTree.Root, Path.GetDirectoryName(path)!)
                         .Replace(Path.DirectorySeparatorChar, '.')
                     let declared = Regex.Match(File.ReadAllText(path), @"^namespace ([\w.]+);", RegexOptions.Multiline)
                     where declared.Success && declared.Groups[1].Value != "HealthApi." + folder
                     select $"{Path.GetRelativePath(SourceTree.Root, path)} declares {declared.Groups[1].Value}";
        Assert.That(strays, Is.Empty);
    }

    /// <summary>The rooms that a file names: by a using, by an alias, or in full.</summary>
    private static IEnumerable<string> Used(Rooms rooms, string text) =>
        Regex.Matches(text, $@"(?<![\w.]){Regex.Escape(rooms.Namespace)}\.(\w+)").Select(match => match.Groups[1].Value).Distinct();

    /// <summary>Null for a file that lies beside the rooms.</summary>
    private static string? FirstFolder(Rooms rooms, string path)
    {
        var parts = Path.GetRelativePath(Path.Combine(SourceTree.Root, rooms.Folder), path).Split(Path.DirectorySeparatorChar);
        return parts.Length > 1 ? parts[0] : null;
    }
}
