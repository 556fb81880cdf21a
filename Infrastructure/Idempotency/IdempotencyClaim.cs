namespace HealthApi.Infrastructure.Idempotency;

/// <summary>The state of a request with an Idempotency-Key.</summary>
public enum ClaimStatus : byte
{
    /// <summary>The request is new; the caller must answer it.</summary>
    Ours,

    /// <summary>Another request with the same key is still running.</summary>
    InFlight,

    /// <summary>The request was answered before.</summary>
    Answered,

    /// <summary>The key was used with a different request.</summary>
    Mismatch,

    /// <summary>The request was answered before, but no encryption key can open the stored answer.</summary>
    Unreadable,
}

/// <summary>The right to answer a request, or the reason why there is none.</summary>
/// <param name="Since">When the claim was made or last renewed.</param>
/// <param name="Answer">The stored answer where the request was answered before; otherwise null.</param>
public sealed record IdempotencyClaim(ClaimStatus Status, string KeyId, string Key, DateTimeOffset Since, StoredAnswer? Answer);

/// <summary>A stored answer: its status, the headers that describe its content, and its body.</summary>
public sealed record StoredAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);
