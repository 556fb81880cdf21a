using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Core.Validation;

namespace HealthApi.Api.Http;

/// <summary>Reads a request document strictly into a typed record.</summary>
internal static class RequestJson
{
    private const int Limit = 1024 * 1024;

    /// <summary>415 for a wrong media type, 400 for malformed JSON, 422 with a pointer for a member of the wrong type or an unknown one.</summary>
    public static async ValueTask<Outcome<T>> ReadAsync<T>(HttpRequest request, string mediaType = MediaTypes.Json)
        where T : class
    {
        if (MediaTypes.Check(request, mediaType).Failed(out var problem, out _)) return problem;
        if ((await RequestBody.ReadAsync(request, Limit)).Failed(out problem, out var body)) return problem;
        using (body) return Parse<T>(body.Bytes.Span);
    }

    /// <summary>As <see cref="ReadAsync{T}"/>, from bytes that are already there.</summary>
    public static Outcome<T> Parse<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        if (CheckSyntax(json) is { } malformed) return malformed;
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json.Requests) is { } value ? value : Malformed("The body is null.");
        }
        catch (JsonException failure)
        {
            return ToProblem(failure);
        }
    }

    /// <summary>A 400 unless the bytes are exactly one JSON value in valid UTF-8.</summary>
    public static Problem? CheckSyntax(ReadOnlySpan<byte> json)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json)) return Malformed("The body is not valid UTF-8.");
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
            }

            return null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return Malformed(Place(failure as JsonException));
        }
    }

    public static Problem Malformed(string detail) => new(ProblemType.InvalidJson, detail);

    private static string Place(JsonException? failure) =>
        failure?.LineNumber is { } line ? $"Not JSON at line {line + 1}, byte {failure.BytePositionInLine + 1}." : "A string holds an invalid character.";

    private static Problem ToProblem(JsonException failure)
    {
        var pointer = JsonPointers.FromPath(failure.Path);
        var text = failure.Message;
        if (text.Contains("Duplicate", StringComparison.Ordinal)) return Malformed($"A member is given twice at '{pointer}'.");
        return text.Contains("could not be mapped", StringComparison.Ordinal)
            ? Problem.Invalid(pointer, ErrorCodes.UnknownMember, "This member is not known here.")
            : text.Contains("missing required", StringComparison.Ordinal)
                ? Problem.Invalid(pointer, ErrorCodes.Required, "A required member is missing.")
                : Problem.Invalid(pointer, ErrorCodes.WrongType, "The value has the wrong type or form.");
    }
}
