using System.Security.Cryptography;
using System.Text.Json;
using HealthApi.Core.Integrations.Signatures;

namespace HealthApi.Core.Integrations.Segment;

/// <summary>
/// Checks the credentials of Segment calls. Tracking calls have the write key as the user name of basic authentication, or in the body as
/// newer SDKs do. Webhooks of a Segment destination have <c>X-Signature</c>, the hex HMAC-SHA1 over the body.
/// </summary>
public static class SegmentCredentials
{
    /// <summary>The write key in the headers, or null.</summary>
    public static string? HeaderKey(InboundRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return BasicCredentials.Of(request.Header("Authorization")) is [var key, ..] ? key : null;
    }

    /// <summary>The write key in the headers or in the body, or null.</summary>
    public static string? WriteKey(InboundRequest request) => HeaderKey(request) ?? BodyKey(request.Body.Span);

    internal static SignatureVerdict? CheckHead(IReadOnlyList<string> secrets, InboundRequest request)
    {
        if (request.Header("X-Signature") is { } header) return Hmacs.FromHex(header) is null ? SignatureVerdict.Malformed : null;
        return HeaderKey(request) is { } key ? Compare(secrets, key) : null;
    }

    internal static SignatureVerdict Check(IReadOnlyList<string> secrets, InboundRequest request)
    {
        if (request.Header("X-Signature") is { } header)
        {
            if (Hmacs.FromHex(header) is not { } signature) return SignatureVerdict.Malformed;
            return Hmacs.Matches(HashAlgorithmName.SHA1, secrets, [signature], request.Body) ? SignatureVerdict.Good
                : SignatureVerdict.Wrong;
        }

        return WriteKey(request) is { } key ? Compare(secrets, key) : SignatureVerdict.Missing;
    }

    private static SignatureVerdict Compare(IReadOnlyList<string> secrets, string key) =>
        Hmacs.IsSecret(secrets, key) ? SignatureVerdict.Good : SignatureVerdict.Wrong;

    /// <summary>
    /// The member <c>writeKey</c> of well-formed JSON; the last one counts. It is read without building a document, because the sender is
    /// not authenticated yet.
    /// </summary>
    private static string? BodyKey(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        string? key = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKey = reader.ValueTextEquals("writeKey"u8);
            reader.Read();
            if (isKey) key = reader.TokenType == JsonTokenType.String && reader.GetString()!.Trim() is { Length: > 0 } text ? text : null;
            reader.Skip();
        }

        return key;
    }
}
