using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace HealthApi.Infrastructure.Database;

/// <summary>A migration: its name, such as <c>0001_initial</c>, and its text.</summary>
internal sealed partial record Migration(string Name, string Sql)
{
    /// <summary>
    /// Whether the migration changes the rows of a table that may be large. It then runs in chunks, each in its own transaction, because
    /// one statement over all rows would lock the table against processes that still use it. The text is executed repeatedly; it gets the
    /// last key of the previous chunk as <c>@After</c> and returns the last key of its own, or null at the end.
    /// </summary>
    public bool IsInChunks => Sql.StartsWith("-- pieces", StringComparison.Ordinal);

    /// <summary>
    /// SHA-256 of the text with LF line ends, in lower-case hexadecimal. A database records it for each migration that was applied.
    /// </summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The parts of the text between lines <c>GO</c>; each is sent as one command.</summary>
    public IEnumerable<string> Batches => Go().Split(Sql).Where(batch => !string.IsNullOrWhiteSpace(batch));

    [GeneratedRegex(@"^GO\s*$", RegexOptions.Multiline)]
    private static partial Regex Go();
}

/// <summary>The embedded migrations of a database, in order of their names.</summary>
internal static class MigrationFiles
{
    public static IReadOnlyList<Migration> Of(StorageProvider provider)
    {
        var prefix = $"{typeof(MigrationFiles).Namespace}.Migrations.{provider}.";
        var names = typeof(MigrationFiles).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        return [.. names.Order(StringComparer.Ordinal).Select(name => new Migration(name[prefix.Length..^".sql".Length], Read(name)))];
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(MigrationFiles).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
