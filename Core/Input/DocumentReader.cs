using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>
/// Reads a JSON document strictly (no duplicate or unknown members, exact types). It collects every error with its pointer instead of
/// stopping at the first. Each value method starts at the first token of a value and ends at its last.
/// </summary>
internal ref partial struct DocumentReader
{
    private readonly DocumentTrail _trail;
    private Utf8JsonReader _json;

    private DocumentReader(ReadOnlySpan<byte> utf8, string pointer)
    {
        _json = new Utf8JsonReader(utf8);
        _trail = new DocumentTrail(pointer);
    }

    /// <summary>Reads the root value of a document; null if it is invalid.</summary>
    internal delegate T? Part<out T>(ref DocumentReader document)
        where T : class;

    /// <summary>The name of the member to which <see cref="NextMember"/> moved.</summary>
    public string Member { get; private set; } = "";

    public readonly int ErrorCount => _trail.Errors.Count;

    /// <summary>Reads a whole document. <paramref name="pointer"/> is its place in a larger document, or empty.</summary>
    public static Reading<T> Read<T>(ReadOnlySpan<byte> utf8, string pointer, Part<T> part)
        where T : class
    {
        var document = new DocumentReader(utf8, pointer);
        T? value = null;
        try
        {
            document._json.Read();
            value = part(ref document);
            document._json.Read();
        }
        catch (JsonException)
        {
            document._trail.Errors.Add(new FieldError(pointer, DocumentErrorCodes.InvalidJson, "The document is not valid JSON."));
        }

        var errors = document._trail.Errors;
        return new Reading<T>(errors.Count == 0 ? value : null, errors);
    }

    /// <summary>Enters an object; false (and an error) if the value is not an object.</summary>
    public bool BeginObject() => Begin(JsonTokenType.StartObject, "an object");

    /// <summary>Enters an array; false (and an error) if the value is not an array.</summary>
    public bool BeginArray() => Begin(JsonTokenType.StartArray, "an array");

    /// <summary>Moves to the value of the next member; false at the end of the object.</summary>
    public bool NextMember()
    {
        while (Advance(JsonTokenType.EndObject))
        {
            Member = Characters();
            var first = _trail.Enter(Member);
            _json.Read();
            if (first)
            {
                return true;
            }

            Fail(DocumentErrorCodes.DuplicateMember, $"The member '{Member}' is given twice.");
            _json.Skip();
        }

        return false;
    }

    /// <summary>
    /// Moves to the next item; false at the end of the array. If there are more than <paramref name="limit"/> items, one error is recorded
    /// and the items beyond the limit are skipped.
    /// </summary>
    public bool NextItem(int limit)
    {
        while (Advance(JsonTokenType.EndArray))
        {
            if (_trail.EnterItem() < limit)
            {
                return true;
            }

            if (_trail.IsItem(limit))
            {
                Fail(DocumentErrorCodes.TooMany, $"At most {limit} items are allowed.");
            }

            _json.Skip();
        }

        return false;
    }

    private bool Begin(JsonTokenType expected, string noun)
    {
        if (_json.TokenType != expected)
        {
            WrongType(noun);
            return false;
        }

        _trail.Begin();
        return true;
    }

    private bool Advance(JsonTokenType end)
    {
        _trail.Leave();
        _json.Read();
        if (_json.TokenType != end)
        {
            return true;
        }

        _trail.End();
        return false;
    }
}
