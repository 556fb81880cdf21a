namespace HealthApi.Api.Problems;

/// <summary>A kind of problem: the slug of its page under <c>/problems/</c>, its status, its title, and advice for the caller.</summary>
public sealed record ProblemType(string Slug, int Status, string Title, string Help)
{
    public static readonly ProblemType InvalidJson = new(
        "invalid-json", 400, "The body is not well-formed JSON.",
        "Check the syntax at the place that detail names. No member may occur twice.");
    public static readonly ProblemType InvalidRequest =
        new("invalid-request", 400, "The request cannot be read.", "Check the headers and the URL.");
    public static readonly ProblemType InvalidCursor = new(
        "invalid-cursor", 400, "The cursor is not one that this service issued.",
        "Send nextCursor of the previous page unchanged, with the same sort.");
    public static readonly ProblemType InvalidEncoding =
        new("invalid-encoding", 400, "The compressed body is damaged.", "Check that the body is one complete gzip or brotli stream.");
    public static readonly ProblemType InvalidCloudEvent = new(
        "invalid-cloudevent", 400, "The CloudEvent breaks its specification.",
        "Check the attributes that errors names against CloudEvents 1.0.2: specversion 1.0, id, source and type are required; names are "
            + "lower-case.");
    public static readonly ProblemType Unauthorized =
        new("unauthorized", 401, "A good API key is needed.", "Send Authorization: Bearer hk_… with a key that is not revoked or expired.");
    public static readonly ProblemType InvalidSignature = new(
        "invalid-signature", 401, "The vendor's signature, token or write key is not good.",
        "Check that the integration has the secret with which the vendor signs (POST /v1/integrations/{id}/rotate-secret), that no proxy "
            + "changes the body, and that the clocks agree within 300 seconds. GET /v1/integrations/{id}/refusals lists the refused "
            + "requests.");
    public static readonly ProblemType Forbidden =
        new("forbidden", 403, "The API key lacks a scope.", "Use a key with the scope that detail names.");
    public static readonly ProblemType NotFound =
        new("not-found", 404, "There is no such resource.", "Check the id; ids are case-sensitive.");
    public static readonly ProblemType MethodNotAllowed =
        new("method-not-allowed", 405, "The resource does not know this method.", "The Allow header lists the methods of the resource.");
    public static readonly ProblemType NotAcceptable = new(
        "not-acceptable", 406, "No representation fits the Accept header.",
        "Accept application/json, or the media type that detail names. */*, or no Accept header, is valid everywhere.");
    public static readonly ProblemType Timeout = new("request-timeout", 408, "The request came too slowly.", "Send it again.");
    public static readonly ProblemType Conflict =
        new("conflict", 409, "The request does not fit the state of the resource.", "Read the resource again and adapt the request.");
    public static readonly ProblemType PreconditionFailed = new(
        "precondition-failed", 412, "The resource has changed since it was read.",
        "Read it again and send If-Match with its current ETag.");
    public static readonly ProblemType TooLarge = new(
        "too-large", 413, "The body is too large.",
        "At most 5,000 events and 8 MiB decompressed per request, 32 KiB per event; 10,000 accounts per scoring request, 64 KiB per line "
            + "of a scoring stream.");
    public static readonly ProblemType MediaType = new(
        "media-type", 415, "The media type is not supported here.",
        "Send UTF-8 JSON with Content-Type: application/json; Content-Encoding may be gzip or br.");
    public static readonly ProblemType Validation =
        new("validation", 422, "Some values break a rule.", "errors lists every mistake with a JSON pointer to its place.");
    public static readonly ProblemType EndpointUrl =
        new("endpoint-url", 422, "The webhook URL cannot be used.", "Use a public https URL without user information.");
    public static readonly ProblemType IdempotencyMismatch =
        new("idempotency-mismatch", 422, "The Idempotency-Key was used with another request.", "Use a fresh key for a new request.");
    public static readonly ProblemType QuotaExceeded =
        new("quota-exceeded", 429, "Too many requests.", "Send the request again after the time in Retry-After.");
    public static readonly ProblemType Internal =
        new("internal", 500, "The service failed.", "This is a fault of the service. Report the traceId to its operator.");
    public static readonly ProblemType Unavailable = new(
        "unavailable", 503, "Nothing durable can be reached now.",
        "Nothing was stored. Send the request again after the time in Retry-After.");

    public static readonly ProblemType Overloaded = new(
        "overloaded", 503, "The service has more to do than it can.",
        "Send the request again after the time in Retry-After. Repeated events, and repeated requests with an Idempotency-Key, have no "
            + "second effect.");

    public static IReadOnlyList<ProblemType> All { get; } =
    [
        InvalidRequest, InvalidJson, InvalidCursor, InvalidEncoding, InvalidCloudEvent, Unauthorized, InvalidSignature, Forbidden, NotFound,
        MethodNotAllowed, NotAcceptable, Timeout, Conflict,
        PreconditionFailed, TooLarge, MediaType, Validation, EndpointUrl, IdempotencyMismatch, QuotaExceeded, Internal, Unavailable,
        Overloaded,
    ];

    /// <summary>The type for a status that the framework answers without a body, such as the 404 of routing.</summary>
    public static ProblemType ForStatus(int status) =>
        All.FirstOrDefault(type => type.Status == status) ?? (status >= 500 ? Internal : InvalidRequest);
}
