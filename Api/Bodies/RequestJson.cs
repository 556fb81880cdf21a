using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;

namespace HealthApi.Api.Bodies;

/// <summary>Reads a request document strictly into a typed record.</summary>
internal static class RequestJson
{
    private const int Limit = 1024 * 1024;

    /// <summary>Parsing takes about seven times the bytes of a document. Only documents above 64 KiB are charged for it.</summary>
    private const int DocumentWeight = 7, WeighedFrom = 64 * 1024;

    /// <summary>
    /// 415 for a wrong media type, 400 for malformed JSON, 422 with a pointer for a member of the wrong type or an unknown one.
    /// </summary>
    public static async ValueTask<Outcome<T>> ReadAsync<T>(HttpRequest request, string mediaType = MediaTypes.Json)
        where T : class
    {
        if ((await ReadBodyAsync(request, mediaType)).Failed(out var problem, out var body)) return problem;
        using (body) return Parse<T>(body.Bytes.Span);
    }

    /// <summary>The unparsed body of a JSON request; 415 for a wrong media type, 413 over 1 MiB.</summary>
    public static async ValueTask<Outcome<RequestBody>> ReadBodyAsync(HttpRequest request, params string[] mediaTypes)
    {
        if (MediaTypes.Check(request, mediaTypes is [] ? [MediaTypes.Json] : mediaTypes).Failed(out var problem, out _)) return problem;
        if ((await RequestBody.ReadAsync(request, Limit)).Failed(out problem, out var body)) return problem;
        if (body.Bytes.Length <= WeighedFrom || body.Reserve(DocumentWeight) is not { } full) return body;
        body.Dispose();
        return full;
    }

    /// <summary>As <see cref="ReadAsync{T}"/>, from bytes that were already read.</summary>
    public static Outcome<T> Parse<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        if (JsonSyntax.CheckObject(json) is { } malformed) return malformed;
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json.Requests) is { } value ? value : JsonSyntax.Malformed("The body is null.");
        }
        catch (JsonException failure)
        {
            return ToProblem(failure);
        }
    }

    private static Problem ToProblem(JsonException failure)
    {
        var pointer = JsonPointers.FromPath(failure.Path);
        if (failure is InputException input) return Problem.Invalid(pointer, input.Code, input.Detail);
        var text = failure.Message;
        if (text.Contains("could not be mapped", StringComparison.Ordinal))
            return Problem.Invalid(pointer, ErrorCodes.UnknownMember, "This member is not allowed here.");
        return text.Contains("missing required", StringComparison.Ordinal)
            ? Problem.Invalid([.. Missing(pointer, text)])
            : Problem.Invalid(pointer, ErrorCodes.WrongType, "The value has the wrong type or form.");
    }

    /// <summary>The errors of missing members, whose quoted names are at the end of the serializer's message.</summary>
    private static IEnumerable<FieldError> Missing(string pointer, string text)
    {
        var list = text.IndexOf("including:", StringComparison.Ordinal);
        var names = list < 0 ? [] : text[list..].Split('\'').Where((_, index) => index % 2 == 1).ToList();
        return names.Count == 0
            ? [new FieldError(pointer, ErrorCodes.Required, "A required member is missing.")]
            : names.Select(name => new FieldError($"{pointer}/{JsonPointer.Escape(name)}", ErrorCodes.Required, "Must be given."));
    }
}
