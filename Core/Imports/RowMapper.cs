using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>What was made of a row: the JSON, or the mistakes that stand in its way.</summary>
/// <param name="Pointer">Which output of the mapping this is, such as <c>/events/0</c>.</param>
public readonly record struct MappedOutput(OutputKind Kind, string Pointer, byte[] Json, IReadOnlyList<FieldError> Errors);

/// <summary>Makes accounts and events of rows. Not for use by several threads at once.</summary>
public sealed class RowMapper
{
    private readonly ImportMapping _mapping;
    private readonly RowWriter _writer;

    /// <param name="lookups">The tables that <see cref="ImportMapping.Lookups"/> names.</param>
    public RowMapper(ImportMapping mapping, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> lookups) =>
        (_mapping, _writer) = (mapping, new RowWriter(lookups));

    /// <summary>Adds what the row gives; nothing where no condition holds.</summary>
    public void Map(ImportRow row, ICollection<MappedOutput> outputs)
    {
        foreach (var output in _mapping.Outputs)
        {
            if (output.When?.Holds(row) == false) continue;
            _writer.Begin(row);
            output.Body.Write(null, _writer);
            var (json, errors) = _writer.End();
            outputs.Add(new MappedOutput(output.Kind, output.Pointer, json, errors));
        }
    }
}
