namespace HealthApi.Core.Integrations.Signatures;

/// <summary>The parts of a request that signatures cover.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Url">The URL that the sender called, with scheme, host and query.</param>
/// <param name="Header">Returns the value of a header, or null.</param>
/// <param name="Body">The raw bytes, decompressed.</param>
public sealed record InboundRequest(string Method, string Url, Func<string, string?> Header, ReadOnlyMemory<byte> Body);

/// <summary>The result of a check of a request.</summary>
public enum SignatureVerdict : byte
{
    Good,

    /// <summary>A header that the check needs is missing, or the integration has no secret yet.</summary>
    Missing,

    /// <summary>A header is malformed.</summary>
    Malformed,

    /// <summary>The signature is valid, but its time differs from now by more than the tolerance.</summary>
    Stale,

    /// <summary>The signature or token does not match any secret.</summary>
    Wrong,
}
