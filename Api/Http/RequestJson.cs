using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;

namespace HealthApi.Api.Http;

/// <summary>Reads a request document strictly into a typed record.</summary>
internal static class RequestJson
{
    private const int Limit = 1024 * 1024, MaxDepth = 64;

    /// <summary>
    /// Names, values and brackets that a document may have. A tree of it takes up to 150 bytes for each, whatever its length is, so that a mebibyte of brackets would
    /// take a hundred.
    /// </summary>
    public const int MaxTokens = 200_000;

    /// <summary>What becomes of a document while it is read takes a multiple of its bytes, which counts for large ones.</summary>
    private const int DocumentWeight = 7, WeighedFrom = 64 * 1024;

    /// <summary>415 for a wrong media type, 400 for malformed JSON, 422 with a pointer for a member of the wrong type or an unknown one.</summary>
    public static async ValueTask<Outcome<T>> ReadAsync<T>(HttpRequest request, string mediaType = MediaTypes.Json)
        where T : class
    {
        if ((await ReadBodyAsync(request, mediaType)).Failed(out var problem, out var body)) return problem;
        using (body) return Parse<T>(body.Bytes.Span);
    }

    /// <summary>The body of a JSON request, not looked at yet; 415 for a wrong media type, 413 over 1 MiB.</summary>
    public static async ValueTask<Outcome<RequestBody>> ReadBodyAsync(HttpRequest request, params string[] mediaTypes)
    {
        if (MediaTypes.Check(request, mediaTypes is [] ? [MediaTypes.Json] : mediaTypes).Failed(out var problem, out _)) return problem;
        if ((await RequestBody.ReadAsync(request, Limit)).Failed(out problem, out var body)) return problem;
        if (body.Bytes.Length <= WeighedFrom || body.Reserve(DocumentWeight) is not { } full) return body;
        body.Dispose();
        return full;
    }

    /// <summary>A 400 unless the bytes are exactly one JSON object in valid UTF-8 in which no member, however deep, is given twice; a 413 where it has too many values.</summary>
    public static Problem? CheckObject(ReadOnlySpan<byte> json) => CheckSyntax(json, Json.Requests.MaxDepth, MaxTokens) ?? CheckNames(json);

    /// <summary>As <see cref="ReadAsync{T}"/>, from bytes that are already there.</summary>
    public static Outcome<T> Parse<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        if (CheckObject(json) is { } malformed) return malformed;
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json.Requests) is { } value ? value : Malformed("The body is null.");
        }
        catch (JsonException failure)
        {
            return ToProblem(failure);
        }
    }

    /// <summary>A 400 unless the bytes are exactly one JSON value in valid UTF-8; a 413 where it has more names, values and brackets than a tree may be made of.</summary>
    public static Problem? CheckSyntax(ReadOnlySpan<byte> json, int maxDepth = MaxDepth, int maxTokens = int.MaxValue)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json)) return Malformed("The body is not valid UTF-8.");
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
            for (var tokens = 1; reader.Read(); tokens++)
            {
                if (tokens > maxTokens) return new Problem(ProblemType.TooLarge, $"A document may have at most {maxTokens:N0} names, values and brackets.");
                if (reader.ValueIsEscaped && JsonEscapes.HoldHalfPair(reader.ValueSpan)) return Malformed(Place(null));
            }

            return null;
        }
        catch (JsonException failure)
        {
            return Malformed(Place(failure));
        }
    }

    public static Problem Malformed(string detail) => new(ProblemType.InvalidJson, detail);

    /// <summary>A 400 unless the value is an object in which no member, however deep, is given twice.</summary>
    private static Problem? CheckNames(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return Malformed("The body must be a JSON object.");
        var names = new RepeatedNames();
        do
        {
            if (names.Repeats(ref reader)) return Malformed($"The member '{reader.GetString()}' is given twice.");
        }
        while (reader.Read());

        return null;
    }

    private static string Place(JsonException? failure) =>
        failure?.LineNumber is { } line ? $"Not JSON at line {line + 1}, byte {failure.BytePositionInLine + 1}." : "A string holds an invalid character.";

    private static Problem ToProblem(JsonException failure)
    {
        var pointer = JsonPointers.FromPath(failure.Path);
        if (failure is InputException input) return Problem.Invalid(pointer, input.Code, input.Detail);
        var text = failure.Message;
        if (text.Contains("could not be mapped", StringComparison.Ordinal)) return Problem.Invalid(pointer, ErrorCodes.UnknownMember, "This member is not known here.");
        return text.Contains("missing required", StringComparison.Ordinal)
            ? Problem.Invalid([.. Missing(pointer, text)])
            : Problem.Invalid(pointer, ErrorCodes.WrongType, "The value has the wrong type or form.");
    }

    /// <summary>The serializer names the missing members in quotes at the end of its message.</summary>
    private static IEnumerable<FieldError> Missing(string pointer, string text)
    {
        var list = text.IndexOf("including:", StringComparison.Ordinal);
        var names = list < 0 ? [] : text[list..].Split('\'').Where((_, index) => index % 2 == 1).ToList();
        return names.Count == 0
            ? [new FieldError(pointer, ErrorCodes.Required, "A required member is missing.")]
            : names.Select(name => new FieldError($"{pointer}/{JsonPointers.Escape(name)}", ErrorCodes.Required, "Must be given."));
    }
}
