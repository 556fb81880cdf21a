using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Core.Events;
using HealthApi.Core.Imports;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// Reads the files of an import and maps their rows to events and account changes, which are checked by the rules of posted events.
/// </summary>
internal sealed class ChunkReader(ImportPlan plan, TimeSpan retention, TimeProvider time)
{
    private const int MaxEvents = 10_000, MaxRows = 20_000, MaxAccounts = 500;

    private readonly RowMapper _mapper =
        new(plan.Mapping, LookupTables.Load(plan.Mapping, Path.GetDirectoryName(Path.GetFullPath(plan.Files[0]))!));
    private readonly List<MappedOutput> _outputs = [];

    /// <summary>The chunks that follow a row of a file.</summary>
    public IEnumerable<ImportChunk> Read(int firstFile, long firstRow)
    {
        for (var file = firstFile; file < plan.Files.Count; file++)
        {
            foreach (var chunk in ReadFile(file, file == firstFile ? firstRow : 0))
                yield return chunk;
        }
    }

    private IEnumerable<ImportChunk> ReadFile(int index, long skip)
    {
        using var file = RowFile.Open(plan.Files[index]);
        var chunk = new ImportChunk(index, skip);
        foreach (var row in file.Rows(plan.Mapping.Columns, plan.Mapping.Delimiter).Skip((int)skip))
        {
            Add(chunk, row);
            if (chunk.Events.Count < MaxEvents && chunk.Rows < MaxRows && chunk.Accounts.Count < MaxAccounts) continue;
            chunk.Progress = (index + file.Progress) / plan.Files.Count;
            yield return chunk;
            chunk = new ImportChunk(index, chunk.EndRow);
        }

        chunk.Progress = (index + 1.0) / plan.Files.Count;
        yield return chunk;
    }

    private void Add(ImportChunk chunk, SourceRow row)
    {
        chunk.Rows++;
        var name = Path.GetFileName(plan.Files[chunk.File]);
        if (row.Error is { } error)
        {
            chunk.Rejections.Add(new Rejection(name, row.Line, "", [error]));
            return;
        }

        _outputs.Clear();
        _mapper.Map(row.Cells, _outputs);
        if (_outputs.Count == 0) chunk.Unused++;
        foreach (var output in _outputs)
        {
            var errors = output.Errors.Count > 0 ? output.Errors
                : output.Kind == OutputKind.Event ? AddEvent(chunk, output.Json)
                : AddAccount(chunk, output, name, row.Line);
            if (errors.Count > 0) chunk.Rejections.Add(new Rejection(name, row.Line, output.Pointer, errors));
        }
    }

    private IReadOnlyList<FieldError> AddEvent(ImportChunk chunk, byte[] json)
    {
        var reading = EventReader.Read(json, new EventContext(time.GetUtcNow(), retention, plan.Mapping.Source, null, null));
        if (reading.Envelope is { } envelope) chunk.Events.Add(envelope);
        return reading.Errors;
    }

    private IReadOnlyList<FieldError> AddAccount(ImportChunk chunk, MappedOutput output, string file, long line)
    {
        var fields = JsonNode.Parse(output.Json)!.AsObject();
        var id = fields["id"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
        if (Identifiers.Check("/id", id) is { } error) return [error];
        if (EffectiveAt(fields, out var effectiveAt) is { } badTime) return [badTime];
        fields.Remove("id");
        fields.Remove(ImportMapping.EffectiveAt);
        chunk.Accounts.Add(new AccountPatch(file, line, output.Pointer, id, effectiveAt, fields));
        return [];
    }

    private FieldError? EffectiveAt(JsonObject fields, out DateTimeOffset? at)
    {
        const string Pointer = "/" + ImportMapping.EffectiveAt;
        at = null;
        if (fields[ImportMapping.EffectiveAt] is not { } value) return null;
        if (value.GetValueKind() != JsonValueKind.String
            || !Rfc3339.TryParseDateOrTime(Encoding.UTF8.GetBytes(value.GetValue<string>()), out var instant))
        {
            return new FieldError(Pointer, ErrorCodes.InvalidFormat, "Must be a date or an RFC 3339 time with offset.");
        }

        if (instant > time.GetUtcNow()) return new FieldError(Pointer, ErrorCodes.OutOfRange, "Must not be in the future.");
        at = Instant.Truncate(instant);
        return null;
    }
}
