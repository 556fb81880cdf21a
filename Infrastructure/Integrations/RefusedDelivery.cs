namespace HealthApi.Infrastructure.Integrations;

/// <summary>Why an inbound delivery was refused; the words are the store's and the API's.</summary>
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

    /// <summary>A tracking call for an integration that takes none.</summary>
    public const string WrongRoute = "wrong_route";

    /// <summary>Accept allows no answer that the service gives.</summary>
    public const string NotAcceptable = "not_acceptable";

    /// <summary>Too many wrong signatures from the address.</summary>
    public const string Limited = "limited";

    /// <summary>The service could not take it: overloaded, or the secret cannot be opened.</summary>
    public const string Unavailable = "unavailable";

    public static IReadOnlyList<string> All { get; } =
        [SignatureMissing, SignatureMalformed, SignatureWrong, SignatureStale, MediaType, InvalidBody, TooLarge, WrongRoute, NotAcceptable,
            Limited, Unavailable];
}

/// <summary>A delivery that was refused. Nothing of its body is kept.</summary>
/// <param name="Bytes">The announced length of the body; null where none was.</param>
/// <param name="Address">Where it came from.</param>
public sealed record RefusedDelivery(
    string IntegrationId, string Reason, DateTimeOffset At, int Status, string Detail, string? ContentType, long? Bytes, string? Address)
{
    public string Id { get; } = Guid.NewGuid().ToString("N");
}

/// <summary>How many deliveries were refused for a reason, and when the last.</summary>
public sealed record RefusalCount(string IntegrationId, string Reason, long Refused, DateTimeOffset LastAt);
