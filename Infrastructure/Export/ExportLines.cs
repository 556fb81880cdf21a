using System.Buffers;
using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Infrastructure.Export;

/// <summary>Collects the lines of an export until they are taken.</summary>
internal sealed class ExportLines
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ExportColumn EventType = ExportColumn.Parse("type:event"), EventData = ExportColumn.Parse("data:json");

    private readonly ArrayBufferWriter<byte> _output = new();
    private long _taken;

    /// <summary>The number of lines so far, taken or not.</summary>
    public long Count { get; private set; }

    public void Add(string kind, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(_output, Plain))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            write(json);
            json.WriteEndObject();
        }

        _output.Write("\n"u8);
        Count++;
    }

    /// <summary>Adds a row of a section.</summary>
    public void Add(string kind, IReadOnlyList<ExportColumn> columns, DbDataReader row) => Add(kind, json =>
    {
        for (var index = 0; index < columns.Count; index++) columns[index].Write(json, row.GetValue(index));
    });

    /// <summary>Adds a row of the event log.</summary>
    public void Add(LoggedEvents.EventRow row) => Add("event", json =>
    {
        json.WriteString("source", row.Source);
        json.WriteString("id", row.Id);
        EventType.Write(json, row.Type);
        json.WriteString("occurredAt", Rfc3339.Format(row.OccurredAt));
        json.WriteString("receivedAt", Rfc3339.Format(row.ReceivedAt));
        EventData.Write(json, row.Data);
    });

    /// <summary>Takes the collected lines; the memory is valid until the next line is added.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = _output.WrittenMemory;
        _output.ResetWrittenCount();
        _taken = Count;
        return taken;
    }

    /// <summary>Discards the lines that were not taken, before a read that may have failed half way runs again.</summary>
    public void Restart()
    {
        _output.ResetWrittenCount();
        Count = _taken;
    }
}
