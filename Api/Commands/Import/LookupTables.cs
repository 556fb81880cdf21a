using HealthApi.Core.Imports;

namespace HealthApi.Api.Commands.Import;

/// <summary>Loads the lookup files with which a mapping translates values.</summary>
internal static class LookupTables
{
    /// <param name="folder">The folder that relative paths start from.</param>
    /// <exception cref="CommandFailure">A file cannot be read, or a key in it has two values.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Load(ImportMapping mapping, string folder) =>
        mapping.Lookups.ToDictionary(
            pair => pair.Key, pair => (IReadOnlyDictionary<string, string>)Load(pair.Key, pair.Value, mapping.Delimiter, folder),
            StringComparer.Ordinal);

    private static Dictionary<string, string> Load(string name, LookupSource source, char delimiter, string folder)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        using var file = RowFile.Open(Path.Combine(folder, source.File));
        foreach (var row in file.Rows([source.Key, source.Value], delimiter))
        {
            if (row.Error is { } error) throw new CommandFailure($"Lookup '{name}', line {row.Line} of {source.File}: {error.Detail}");
            var (key, value) = (row.Cells[0], row.Cells[1]);
            if (key.Length == 0 || value.Length == 0 || table.TryAdd(key, value) || table[key] == value) continue;
            throw new CommandFailure(
                $"Lookup '{name}', line {row.Line} of {source.File}: '{key}' has two values, '{table[key]}' and '{value}'.");
        }

        return table;
    }
}
