namespace HealthApi.Core.Integrations.Generic;

public enum GenericAuthType : byte { Token, Hmac }

public enum SignatureHash : byte { Sha256, Sha1, Sha512 }

public enum SignatureEncoding : byte { Hex, Base64 }

/// <summary>How a generic integration authenticates its sender: by a shared token, or by a signature over the body.</summary>
public sealed record GenericAuth
{
    public GenericAuthType Type { get; init; }

    /// <summary>
    /// The header with the token or signature. Default for tokens: <c>Authorization</c> (basic or bearer); for signatures:
    /// <c>X-Signature</c>.
    /// </summary>
    public string? Header { get; init; }

    public SignatureHash Algorithm { get; init; }

    public SignatureEncoding Encoding { get; init; }

    /// <summary>A text before the signature or token in the header, such as <c>sha256=</c>.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// The header with the time of signing (seconds or milliseconds since 1970, or RFC 3339). It may differ from now by at most 300
    /// seconds.
    /// </summary>
    public string? TimestampHeader { get; init; }

    /// <summary>
    /// The signed text as a template with <c>{body}</c> and, if there is a timestamp header, <c>{timestamp}</c>. Default: the body alone.
    /// </summary>
    public string? Signed { get; init; }
}
