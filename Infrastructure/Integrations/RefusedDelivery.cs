namespace HealthApi.Infrastructure.Integrations;

/// <summary>Why an inbound delivery was refused. The store and the API use these words.</summary>
public static class RefusalReason
{
    public const string SignatureMissing = "signature_missing";
    public const string SignatureMalformed = "signature_malformed";
    public const string SignatureWrong = "signature_wrong";

    /// <summary>Signed too long ago, or by a clock that is ahead.</summary>
    public const string SignatureStale = "signature_stale";

    public const string MediaType = "media_type";
    public const string InvalidBody = "invalid_body";
    public const string TooLarge = "too_large";

    /// <summary>A tracking call for an integration that is not a tracking integration.</summary>
    public const string WrongRoute = "wrong_route";

    /// <summary>The <c>Accept</c> header excludes every media type that the service can answer with.</summary>
    public const string NotAcceptable = "not_acceptable";

    /// <summary>Too many wrong signatures from the same address.</summary>
    public const string Limited = "limited";

    /// <summary>The service could not accept the delivery: it is overloaded, or the secret cannot be decrypted.</summary>
    public const string Unavailable = "unavailable";

    public static IReadOnlyList<string> All { get; } =
        [SignatureMissing, SignatureMalformed, SignatureWrong, SignatureStale, MediaType, InvalidBody, TooLarge, WrongRoute, NotAcceptable,
            Limited, Unavailable];
}

/// <summary>A refused delivery. Its body is not stored.</summary>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="Bytes">The <c>Content-Length</c> of the body; null where there was none.</param>
/// <param name="Address">The IP address of the sender.</param>
public sealed record RefusedDelivery(
    string IntegrationId, string Reason, DateTimeOffset At, int Status, string Detail, string? ContentType, long? Bytes, string? Address)
{
    public string Id { get; } = Guid.NewGuid().ToString("N");
}

/// <summary>The number of deliveries that were refused for a reason, and the time of the last.</summary>
public sealed record RefusalCount(string IntegrationId, string Reason, long Refused, DateTimeOffset LastAt);
