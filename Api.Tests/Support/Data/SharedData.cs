using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// Data sets that lie beside the project, or where HEALTHAPI_SHARED_DATA says; tests that need them are skipped, visibly, without.
/// </summary>
internal static class SharedData
{
    public static string File(string folder, string name)
    {
        var path = Candidates().Select(root => Path.Combine(root, folder, name)).FirstOrDefault(System.IO.File.Exists);
        if (path is null) Assert.Ignore($"The data set {folder}/{name} is not here; HEALTHAPI_SHARED_DATA can say where it is.");
        return path!;
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("HEALTHAPI_SHARED_DATA") is { Length: > 0 } told) yield return told;
        for (var folder = Path.GetDirectoryName(SourceTree.Root); folder is not null; folder = Path.GetDirectoryName(folder))
            yield return Path.Combine(folder, "shared", "data");
    }
}
