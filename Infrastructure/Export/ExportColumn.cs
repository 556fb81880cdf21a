using System.Text;
using System.Text.Json;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Export;

/// <summary>How the value of a column is written.</summary>
internal enum ExportType { Text, Number, Time, Money, Flag, Json, Bytes, Event, Envelope, Memory }

/// <summary>
/// A column of an exported table and its JSON member, written as <c>name</c>, <c>name:type</c> or <c>name:type:member</c>.
/// </summary>
internal sealed record ExportColumn(string Name, ExportType Type, string Member)
{
    public static ExportColumn Parse(string text)
    {
        var parts = text.Split(':');
        var type = parts.Length > 1 && parts[1].Length > 0 ? Enum.Parse<ExportType>(parts[1], ignoreCase: true) : ExportType.Text;
        return new ExportColumn(parts[0], type, parts.Length > 2 ? parts[2] : Camel(parts[0]));
    }

    /// <summary>Writes a value that a driver returned. SQLite returns numbers, texts and bytes; SQL Server has more types.</summary>
    public void Write(Utf8JsonWriter json, object value)
    {
        json.WritePropertyName(Member);
        switch (value)
        {
            case DBNull: json.WriteNullValue(); break;
            case byte[] bytes: WriteBytes(json, bytes); break;
            case string text: WriteText(json, text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case DateTime time: json.WriteStringValue(Rfc3339.Format(SqlTypes.ToInstant(time))); break;
            case decimal amount: json.WriteNumberValue(SqlTypes.ToMoney(amount)); break;
            case double number: json.WriteNumberValue(number); break;
            default: WriteWhole(json, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)); break;
        }
    }

    private void WriteWhole(Utf8JsonWriter json, long number)
    {
        switch (Type)
        {
            case ExportType.Time: json.WriteStringValue(Rfc3339.Format(SqlTypes.ToInstant(number))); break;
            case ExportType.Money: json.WriteNumberValue(SqlTypes.ToMoney(number)); break;
            case ExportType.Flag: json.WriteBooleanValue(number != 0); break;
            case ExportType.Event when Enum.IsDefined((EventType)number): json.WriteStringValue(((EventType)number).Name()); break;
            default: json.WriteNumberValue(number); break;
        }
    }

    private void WriteText(Utf8JsonWriter json, string text)
    {
        if (Type != ExportType.Json || !TryWriteJson(json, Encoding.UTF8.GetBytes(text))) json.WriteStringValue(text);
    }

    /// <summary>Writes an encoded event and a memory as JSON, and other bytes in base64.</summary>
    private void WriteBytes(Utf8JsonWriter json, byte[] bytes)
    {
        if (Type == ExportType.Envelope && Decode(bytes) is { } envelope) WriteEvent(json, envelope);
        else if (Type != ExportType.Memory || !TryWriteMemory(json, bytes)) json.WriteBase64StringValue(bytes);
    }

    private static bool TryWriteMemory(Utf8JsonWriter json, byte[] bytes)
    {
        try
        {
            json.WriteRawValue(AccountMemory.FromStored(bytes, []).ToJson());
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void WriteEvent(Utf8JsonWriter json, EventEnvelope envelope)
    {
        json.WriteStartObject();
        json.WriteString("source", envelope.Source);
        json.WriteString("id", envelope.Id);
        json.WriteString("type", envelope.Type.Name());
        json.WriteString("occurredAt", Rfc3339.Format(envelope.OccurredAt));
        json.WriteString("receivedAt", Rfc3339.Format(envelope.ReceivedAt));
        json.WritePropertyName("data");
        if (!TryWriteJson(json, envelope.Data)) json.WriteNullValue();
        json.WriteEndObject();
    }

    private static EventEnvelope? Decode(byte[] payload)
    {
        try
        {
            return EventBatchCodec.Decode(payload) is [var envelope] ? envelope : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes a stored JSON document on one line; stored documents may have line breaks. False where the bytes are not JSON.
    /// </summary>
    private static bool TryWriteJson(Utf8JsonWriter json, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 128 });
            document.RootElement.WriteTo(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Camel(string column)
    {
        var words = column.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
