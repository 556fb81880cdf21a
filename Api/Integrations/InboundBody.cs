using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;

namespace HealthApi.Api.Integrations;

/// <summary>The body of an inbound webhook: raw bytes, decompressed, within the budget for bodies.</summary>
internal static class InboundBody
{
    public const string Form = "application/x-www-form-urlencoded", TextJson = "text/json", Text = "text/plain";

    /// <summary>
    /// Names, values and brackets a payload may have: its tree takes 12 bytes for each, twice that while it grows, and it is the largest of
    /// all.
    /// </summary>
    public const int MaxTokens = 500_000;


    /// <summary>
    /// What the headers say of the body: JSON, which some vendors and the beacons of browsers label as text, and RudderStack's SDKs as a
    /// form. Whoever sends it must sign it or carry the key, so the label decides nothing.
    /// </summary>
    public static Problem? CheckHead(HttpRequest request, bool tracking)
    {
        var type = tracking ? MediaTypes.Check(request, MediaTypes.Json, TextJson, Text, Form)
            : MediaTypes.Check(request, MediaTypes.Json, TextJson, Text);
        if (type.Failed(out var problem, out _)) return problem;
        if (MediaTypes.Encoding(request).Failed(out problem, out _)) return problem;
        return request.ContentLength > RequestBody.MaxBytes ? RequestBody.TooLarge(RequestBody.MaxBytes) : null;
    }

    /// <summary>
    /// The bytes, which are well-formed JSON of bounded size. Some of RudderStack's SDKs leave the label of the compression out.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="tracking">Whether it came to a tracking route.</param>
    /// <param name="isKnown">Whether the headers have proved who sends it.</param>
    public static async ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, bool tracking, bool isKnown)
    {
        if ((await RequestBody.ReadAsync(request, RequestBody.MaxBytes, isKnown)).Failed(out var problem, out var body)) return problem;
        problem = await CheckAsync(body, tracking, request.HttpContext.RequestAborted);
        if (problem is null) return body;
        body.Dispose();
        return problem;
    }

    private static async ValueTask<Problem?> CheckAsync(RequestBody body, bool tracking, CancellationToken cancellation)
    {
        var isPacked = tracking && body.Bytes.Span.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
        return isPacked && await body.InflateAsync(RequestBody.MaxBytes, cancellation) is { } problem ? problem
            : JsonSyntax.Check(body.Bytes.Span, maxTokens: MaxTokens);
    }
}
