namespace HealthApi.Core.Input;

/// <summary>The JSON documents that are embedded in this assembly.</summary>
internal static class EmbeddedDocuments
{
    /// <summary>Every document of a folder, such as <c>Scoring.Models</c>, in order of their names.</summary>
    public static IEnumerable<byte[]> In(string folder)
    {
        var assembly = typeof(EmbeddedDocuments).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"HealthApi.Core.{folder}.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Bytes);
    }

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(EmbeddedDocuments).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The document {name} is missing.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
