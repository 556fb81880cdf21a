using System.Buffers.Text;
using System.Text.Json;
using HealthApi.Core.Input;

namespace HealthApi.Core.Events.CloudEvents;

/// <summary>Reads the JSON format of a CloudEvent: attributes as members, and <c>data</c> or <c>data_base64</c>.</summary>
internal sealed class CloudEventJson
{
    private int _start;
    private int _length;
    private byte[]? _decoded;
    private JsonTokenType _dataType;

    /// <summary>The bytes of the data object; empty if there is none.</summary>
    public ReadOnlySpan<byte> Data(ReadOnlySpan<byte> json) => _decoded ?? json.Slice(_start, _length);

    /// <summary>
    /// Reads the members. Attributes go to <paramref name="attributes"/>, violations of the CloudEvents format to <paramref name="form"/>,
    /// violations of the service's own rules to <paramref name="rules"/>.
    /// </summary>
    public static CloudEventJson Read(ReadOnlySpan<byte> json, CloudEventAttributes attributes, FieldReader form, FieldReader rules)
    {
        var document = new CloudEventJson();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            form.Add("", ErrorCodes.WrongType, "A CloudEvent is a JSON object.");
            return document;
        }

        string? base64 = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "data") document.Take(ref reader, form);
            else if (name == "data_base64") base64 = Text64(ref reader, base64, form);
            else Attribute(name, ref reader, attributes, form);
        }

        document.Settle(base64, attributes["datacontenttype"], form, rules);
        return document;
    }

    /// <summary>The data if it is a JSON object. Otherwise empty; any value but null is also recorded as an error.</summary>
    public static ReadOnlySpan<byte> ObjectOrNothing(ReadOnlySpan<byte> data, FieldReader rules)
    {
        if (data.IsEmpty) return data;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) return data;
        if (reader.TokenType != JsonTokenType.Null) rules.Add("/data", ErrorCodes.WrongType, "Must be a JSON object.");
        return [];
    }

    private static string? Text64(ref Utf8JsonReader reader, string? before, FieldReader form)
    {
        if (reader.TokenType == JsonTokenType.Null) return before;
        if (before is not null) form.Add("/data_base64", ErrorCodes.Duplicate, "The member is given twice.");
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        form.WrongType(ref reader, "/data_base64", "a string");
        return before;
    }

    private static void Attribute(string name, ref Utf8JsonReader reader, CloudEventAttributes attributes, FieldReader form)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: break;
            case JsonTokenType.String: attributes.Set(name, reader.GetString()!); break;
            case JsonTokenType.True or JsonTokenType.False
                when IsExtension(name):
                attributes.Set(name, reader.GetBoolean() ? "true" : "false"); break;
            case JsonTokenType.Number when IsExtension(name)
                && reader.TryGetInt32(out var number):
                attributes.Set(
                    name, number.ToString(System.Globalization.CultureInfo.InvariantCulture)); break;
            default:
                form.WrongType(
                    ref reader, "/" + JsonPointer.Escape(name), IsExtension(name) ? "a string, a 32-bit integer, or a boolean"
                    : "a string"); break;
        }
    }

    private static bool IsExtension(string name) =>
        name is not ("specversion" or "id" or "source" or "type" or "subject" or "time" or "datacontenttype" or "dataschema");

    private void Take(ref Utf8JsonReader reader, FieldReader form)
    {
        if (_dataType != JsonTokenType.None) form.Add("/data", ErrorCodes.Duplicate, "The member is given twice.");
        _dataType = reader.TokenType;
        _start = (int)reader.TokenStartIndex;
        reader.Skip();
        _length = (int)reader.BytesConsumed - _start;
    }

    private void Settle(string? base64, string? contentType, FieldReader form, FieldReader rules)
    {
        if (base64 is not null && _dataType is not JsonTokenType.None)
            form.Add("/data_base64", ErrorCodes.NotAllowed, "A CloudEvent has data or data_base64, not both.");
        // Without datacontenttype the data is JSON (CloudEvents JSON format §3.1).
        if ((base64 is not null || _length > 0) && contentType is not null && !JsonMediaType.Is(contentType))
            rules.Add("/datacontenttype", ErrorCodes.NotAllowed, "The data of an event must be a JSON object (application/json).");
        if (base64 is not null)
        {
            Decode(base64, form, rules);
        }
        else if (_dataType is not (JsonTokenType.StartObject or JsonTokenType.None))
        {
            if (_dataType != JsonTokenType.Null) rules.Add("/data", ErrorCodes.WrongType, "Must be a JSON object.");
            _length = 0;
        }
    }

    private void Decode(string base64, FieldReader form, FieldReader rules)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            form.Add("/data_base64", ErrorCodes.InvalidFormat, "Must be base64.");
            return;
        }

        var data = bytes.AsSpan(0, length);
        if (IsWellFormed(data)) _decoded = ObjectOrNothing(data, rules).ToArray();
        else form.Add("/data_base64", ErrorCodes.InvalidFormat, "The data is not well-formed JSON.");
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> json)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json)) return false;
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
            }

            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
