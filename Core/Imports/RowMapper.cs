using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>One output of a row: the JSON, or the errors that prevent it.</summary>
/// <param name="Pointer">The place of the output in the mapping, such as <c>/events/0</c>.</param>
public readonly record struct MappedOutput(OutputKind Kind, string Pointer, byte[] Json, IReadOnlyList<FieldError> Errors);

/// <summary>Turns rows into accounts and events. Not safe for concurrent use.</summary>
public sealed class RowMapper
{
    private readonly ImportMapping _mapping;
    private readonly RowWriter _writer;

    /// <param name="lookups">The tables of <see cref="ImportMapping.Lookups"/>, by name.</param>
    public RowMapper(ImportMapping mapping, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> lookups) =>
        (_mapping, _writer) = (mapping, new RowWriter(lookups));

    /// <summary>Adds the outputs of a row whose conditions hold.</summary>
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
