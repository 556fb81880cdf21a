using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Imports;

/// <summary>Writes the JSON of one output of a row and collects the errors with their places.</summary>
internal sealed class RowWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly List<string> _path = [];
    private List<FieldError>? _errors;

    public RowWriter(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> lookups)
    {
        Lookups = lookups;
        Json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Lookups { get; }

    public Utf8JsonWriter Json { get; }

    public ImportRow Row { get; private set; }

    public void Begin(ImportRow row)
    {
        Row = row;
        _errors = null;
        _buffer.ResetWrittenCount();
        Json.Reset();
    }

    /// <summary>Writes the name of the next value; nothing if the name is null, since the value is an item of a list.</summary>
    public void Name(string? name)
    {
        if (name is not null) Json.WritePropertyName(name);
    }

    public void Enter(string? name) => _path.Add(name ?? "");

    public void Leave() => _path.RemoveAt(_path.Count - 1);

    public void Fail(string? name, string code, string detail) =>
        (_errors ??= [])
            .Add(
                new FieldError(
                    string.Concat(_path.Append(name ?? "").Where(part => part.Length > 0).Select(part => "/" + part)), code, detail));

    public (byte[] Json, IReadOnlyList<FieldError> Errors) End()
    {
        Json.Flush();
        return (_buffer.WrittenSpan.ToArray(), _errors ?? (IReadOnlyList<FieldError>)[]);
    }
}
