namespace HealthApi.Core.Imports;

/// <summary>Collects the columns and lookups that a mapping refers to while it is read.</summary>
internal sealed class MappingColumns
{
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Names => [.. _indexes.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    public HashSet<string> Lookups { get; } = new(StringComparer.Ordinal);

    public int Index(string name)
    {
        if (!_indexes.TryGetValue(name, out var index)) _indexes.Add(name, index = _indexes.Count);
        return index;
    }
}
