using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>
/// Data sets in the folder that HEALTHAPI_SHARED_DATA names, or in shared/data beside the project. A test whose data set is missing is
/// reported as skipped.
/// </summary>
internal static class SharedData
{
    public static string File(string folder, string name)
    {
        var path = Candidates().Select(root => Path.Combine(root, folder, name)).FirstOrDefault(System.IO.File.Exists);
        if (path is null) Assert.Ignore($"The data set {folder}/{name} was not found; set HEALTHAPI_SHARED_DATA to its root folder.");
        return path!;
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("HEALTHAPI_SHARED_DATA") is { Length: > 0 } configured) yield return configured;
        for (var folder = Path.GetDirectoryName(SourceTree.Root); folder is not null; folder = Path.GetDirectoryName(folder))
            yield return Path.Combine(folder, "shared", "data");
    }
}
