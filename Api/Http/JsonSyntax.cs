using System.Text.Json;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;

namespace HealthApi.Api.Http;

/// <summary>Checks that bytes are JSON before they are parsed.</summary>
internal static class JsonSyntax
{
    private const int MaxDepth = 64;

    /// <summary>
    /// The names, values and brackets that a document may have. Its tree takes up to 150 bytes for each of them, so that without this limit
    /// 1 MiB of brackets would take more than 100 MiB.
    /// </summary>
    public const int MaxTokens = 200_000;

    /// <summary>
    /// A 400 unless the bytes are exactly one JSON object in valid UTF-8 without repeated members at any depth; a 413 if it has too many
    /// values.
    /// </summary>
    public static Problem? CheckObject(ReadOnlySpan<byte> json) => Check(json, Json.Requests.MaxDepth, MaxTokens) ?? CheckNames(json);

    /// <summary>
    /// A 400 unless the bytes are exactly one JSON value in valid UTF-8; a 413 if it has more than <paramref name="maxTokens"/> names,
    /// values and brackets.
    /// </summary>
    public static Problem? Check(ReadOnlySpan<byte> json, int maxDepth = MaxDepth, int maxTokens = int.MaxValue)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json)) return Malformed("The body is not valid UTF-8.");
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
            for (var tokens = 1; reader.Read(); tokens++)
            {
                if (tokens > maxTokens)
                    return new Problem(ProblemType.TooLarge, $"A document may have at most {maxTokens:N0} names, values and brackets.");
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

    /// <summary>A 400 unless the value is an object without repeated members at any depth.</summary>
    private static Problem? CheckNames(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return Malformed("The body must be a JSON object.");
        var names = new RepeatedNames();
        do
        {
            if (names.Repeats(ref reader)) return Malformed($"The body contains the member '{reader.GetString()}' twice.");
        }
        while (reader.Read());

        return null;
    }

    private static string Place(JsonException? failure) =>
        failure?.LineNumber is { } line ? $"Not JSON at line {line + 1}, byte {failure.BytePositionInLine + 1}."
            : "A string contains an invalid character.";
}
