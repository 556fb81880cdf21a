namespace HealthApi.Infrastructure.Idempotency;

/// <summary>Who answers a request that carries an Idempotency-Key.</summary>
public enum ClaimStatus : byte
{
    /// <summary>Whoever asked, now.</summary>
    Ours,

    /// <summary>Another request is at it.</summary>
    InFlight,

    /// <summary>It was answered before.</summary>
    Answered,

    /// <summary>The key was used with another request.</summary>
    Mismatch,

    /// <summary>It was answered before, and no encryption key opens the answer.</summary>
    Unreadable,
}

/// <summary>The right to answer a request, or why there is none. <see cref="Answer"/> is there where it was answered before.</summary>
public sealed record IdempotencyClaim(ClaimStatus Status, string KeyId, string Key, DateTimeOffset Since, StoredAnswer? Answer);

/// <summary>An answer to be given again: its status, the headers that belong to its content, its body.</summary>
public sealed record StoredAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);
