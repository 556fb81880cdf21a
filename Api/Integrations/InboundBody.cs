using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>The body of an inbound webhook: raw bytes, decompressed and charged to the <see cref="BodyBudget"/>.</summary>
internal static class InboundBody
{
    public const string Form = "application/x-www-form-urlencoded", TextJson = "text/json", Text = "text/plain";

    /// <summary>
    /// The names, values and brackets that a payload may have. Its tree takes 12 bytes for each of them, and twice as much while it grows.
    /// </summary>
    public const int MaxTokens = 500_000;


    /// <summary>The 413 of a payload that has too many parts, or a part that is too large.</summary>
    public static Problem TooManyParts() =>
        new(ProblemType.TooLarge, $"At most {Translator.MaxParts:N0} parts per payload, at most {Translator.MaxPartBytes:N0} bytes each.");

    /// <summary>
    /// Checks the headers of the body. It must be JSON, but some vendors and browser beacons label it as text, and RudderStack's SDKs as a
    /// form. The labels are accepted because every sender must sign its request or send a key.
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
    /// Reads the body as well-formed JSON of bounded size. Some of RudderStack's SDKs compress the body without a Content-Encoding.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="tracking">Whether the route is one of the tracking API.</param>
    /// <param name="isKnown">Whether the headers have authenticated the sender.</param>
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
