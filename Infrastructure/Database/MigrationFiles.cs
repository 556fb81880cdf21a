using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace HealthApi.Infrastructure.Database;

/// <summary>A step of the schema, by its name: <c>0001_initial</c>.</summary>
internal sealed partial record Migration(string Name, string Sql)
{
    /// <summary>
    /// Whether it changes the rows of a table that may be large, and so goes in pieces, each a transaction of its own: one statement over
    /// all of them would lock the table
    /// from those who use it still. It is sent again and again, with the key at which the piece before ended (<c>@After</c>), and returns
    /// the last key of its piece.
    /// </summary>
    public bool IsInChunks => Sql.StartsWith("-- pieces", StringComparison.Ordinal);

    /// <summary>
    /// SHA-256 of the text with LF line ends, in lower-case hexadecimal: what a database records of a migration that was applied.
    /// </summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>What is sent at once: the parts between lines <c>GO</c>.</summary>
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
