namespace HealthApi.Core.Integrations.Generic;

public enum GenericAuthType : byte { Token, Hmac }

public enum SignatureHash : byte { Sha256, Sha1, Sha512 }

public enum SignatureEncoding : byte { Hex, Base64 }

/// <summary>How a generic integration knows its sender: by a shared token, or by a signature over the body.</summary>
public sealed record GenericAuth
{
    public GenericAuthType Type { get; init; }

    /// <summary>
    /// Where the token or signature stands. Tokens: <c>Authorization</c> (basic or bearer) unless another is named. Signatures:
    /// <c>X-Signature</c>.
    /// </summary>
    public string? Header { get; init; }

    public SignatureHash Algorithm { get; init; }

    public SignatureEncoding Encoding { get; init; }

    /// <summary>What stands before the signature or token in its header, such as <c>sha256=</c>.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// The header with the time of signing (seconds or milliseconds since 1970, or RFC 3339); at most 300 seconds from now.
    /// </summary>
    public string? TimestampHeader { get; init; }

    /// <summary>What is signed: <c>{body}</c>, and <c>{timestamp}</c> where a header has one; the body alone without it.</summary>
    public string? Signed { get; init; }
}
