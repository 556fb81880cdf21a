using System.Security.Cryptography;
using System.Text;
using HealthApi.Api.Problems;

namespace HealthApi.Api.Idempotency;

/// <summary>Marks a POST that changes nothing, so that the header has no effect on it.</summary>
internal sealed record ChangesNothing;

/// <summary>The header <c>Idempotency-Key</c>: a structured-field string, or the same text without its quotes.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>The key; a 400 if it is empty, given twice, too long, or contains characters other than visible ASCII and spaces.</summary>
    public static Outcome<string> Read(HttpRequest request)
    {
        var values = request.Headers[Header];
        var text = values.Count == 1 ? values[0]!.Trim() : "";
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"') text = text[1..^1];
        return text.Length is > 0 and <= MaxLength && text.All(character => character is >= ' ' and <= '~')
            ? text.Trim() is { Length: > 0 } key ? key : Bad()
            : Bad();
    }

    /// <summary>The SHA-256 hash (32 bytes) of the request: path and query, the headers that define the content, and the body.</summary>
    public static byte[] Fingerprint(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add($"{request.Path}{request.QueryString}");
        foreach (
            var header in request.Headers.Where(header => DefinesContent(header.Key))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            Add($"{header.Key.ToLowerInvariant()}:{header.Value}");
        }

        hash.AppendData(body);
        return hash.GetHashAndReset();

        void Add(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
    }

    /// <summary>Whether the header is part of the content. The headers <c>ce-*</c> carry the attributes of a CloudEvent.</summary>
    private static bool DefinesContent(string header) =>
        header.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            || header.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("ce-", StringComparison.OrdinalIgnoreCase);

    private static Problem Bad() =>
        new(ProblemType.InvalidRequest, $"Idempotency-Key must be one text of 1 to {MaxLength} visible ASCII characters.");
}
