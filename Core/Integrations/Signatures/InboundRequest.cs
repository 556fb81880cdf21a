namespace HealthApi.Core.Integrations.Signatures;

/// <summary>A request as it came: what signatures are made of.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Url">As the sender called it, with scheme, host and query.</param>
/// <param name="Header">The value of a header, or null.</param>
/// <param name="Body">The raw bytes, decompressed.</param>
public sealed record InboundRequest(string Method, string Url, Func<string, string?> Header, ReadOnlyMemory<byte> Body);

/// <summary>What came of checking a request.</summary>
public enum SignatureVerdict : byte
{
    Good,

    /// <summary>A header that the check needs is not there, or the integration has no secret yet.</summary>
    Missing,

    /// <summary>A header has another form than it must have.</summary>
    Malformed,

    /// <summary>The signature is good, but was made more than the tolerance before or after now.</summary>
    Stale,

    /// <summary>No secret gives this signature.</summary>
    Wrong,
}
