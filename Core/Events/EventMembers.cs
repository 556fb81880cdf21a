using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Events;

/// <summary>The members of an event object; <c>data</c> is not parsed yet.</summary>
internal sealed class EventMembers
{
    private int _dataStart;
    private int _dataLength;
    private int _seen;

    public string? Id { get; set; }

    public string? Type { get; set; }

    public string? AccountId { get; set; }

    public string? Source { get; set; }

    public DateTimeOffset? OccurredAt { get; set; }

    /// <summary>The JSON pointer to the account in the input, for errors.</summary>
    public string AccountPointer { get; init; } = "/accountId";

    /// <summary>The JSON pointer to the time in the input, for errors.</summary>
    public string TimePointer { get; init; } = "/occurredAt";

    /// <summary>The bytes of the <c>data</c> object; empty if it was not given.</summary>
    public ReadOnlySpan<byte> Data(ReadOnlySpan<byte> json) => json.Slice(_dataStart, _dataLength);

    /// <summary>Reads the object at whose first token the reader is, to its end.</summary>
    public static EventMembers Read(ref Utf8JsonReader reader, FieldReader fields)
    {
        var members = new EventMembers();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            fields.Add("", ErrorCodes.WrongType, "An event is a JSON object.");
            reader.Skip();
            return members;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) members.Member(ref reader, fields);
        return members;
    }

    private void Member(ref Utf8JsonReader reader, FieldReader fields)
    {
        if (reader.ValueTextEquals("id"u8))
        {
            Id = Once(0, "/id", ref reader, fields) ? Identifier(ref reader, "/id", fields) : Id;
        }
        else if (reader.ValueTextEquals("type"u8))
        {
            Type = Once(1, "/type", ref reader, fields) ? ReadType(ref reader, fields) : Type;
        }
        else if (reader.ValueTextEquals("accountId"u8))
        {
            AccountId = Once(2, "/accountId", ref reader, fields) ? Identifier(ref reader, "/accountId", fields) : AccountId;
        }
        else if (reader.ValueTextEquals("source"u8))
        {
            Source = Once(3, "/source", ref reader, fields) ? Identifier(ref reader, "/source", fields) : Source;
        }
        else if (reader.ValueTextEquals("occurredAt"u8))
        {
            OccurredAt = Once(4, "/occurredAt", ref reader, fields) ? fields.Time(ref reader, "/occurredAt", dateAllowed: false)
                : OccurredAt;
        }
        else if (reader.ValueTextEquals("data"u8))
        {
            DataMember(ref reader, fields);
        }
        else
        {
            UnknownMember(ref reader, fields);
        }
    }

    private bool Once(int bit, string pointer, ref Utf8JsonReader reader, FieldReader fields)
    {
        reader.Read();
        var first = (_seen & (1 << bit)) == 0;
        _seen |= 1 << bit;
        if (first) return true;
        fields.Add(pointer, ErrorCodes.Duplicate, "The member is given twice.");
        reader.Skip();
        return false;
    }

    private static string? Identifier(ref Utf8JsonReader reader, string pointer, FieldReader fields) =>
        IsTooLarge(ref reader) ? null : fields.Identifier(ref reader, pointer);

    private static string? ReadType(ref Utf8JsonReader reader, FieldReader fields) =>
        IsTooLarge(ref reader) ? null : (reader.TokenType == JsonTokenType.String ? EventTypes.Find(reader.ValueSpan) : null)
            ?? fields.Text(ref reader, "/type");

    /// <summary>
    /// Whether this token alone makes the event too large. The event is rejected for its size after it was read, so the token need not be
    /// decoded.
    /// </summary>
    private static bool IsTooLarge(ref Utf8JsonReader reader) => reader.ValueSpan.Length > EventReader.MaxBytes;

    private void DataMember(ref Utf8JsonReader reader, FieldReader fields)
    {
        if (!Once(5, "/data", ref reader, fields)) return;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            fields.WrongType(ref reader, "/data", "a JSON object");
            return;
        }

        _dataStart = (int)reader.TokenStartIndex;
        reader.Skip();
        _dataLength = (int)reader.BytesConsumed - _dataStart;
    }

    private static void UnknownMember(ref Utf8JsonReader reader, FieldReader fields)
    {
        var name = IsTooLarge(ref reader) ? "" : reader.GetString()!;
        fields.Add(
            "/" + JsonPointer.Escape(name), ErrorCodes.UnknownMember, "An event has id, type, accountId, source, occurredAt and data.");
        reader.Read();
        reader.Skip();
    }
}
