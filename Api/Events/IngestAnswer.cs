using HealthApi.Api.Http;
using HealthApi.Api.Serialization;

namespace HealthApi.Api.Events;

/// <summary><c>202 { "accepted": n, "rejected": [ … ] }</c>.</summary>
internal sealed class IngestAnswer(int accepted, IReadOnlyList<RejectedEvent> rejected) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        if (rejected.Count > 0)
            return response.WriteAsJsonAsync(new { accepted, rejected }, Json.Answers, MediaTypes.Json, httpContext.RequestAborted);
        response.ContentType = MediaTypes.Json;
        var length = Write(response.BodyWriter.GetSpan(64));
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
        return response.BodyWriter.FlushAsync().AsTask();
    }

    private int Write(Span<byte> span)
    {
        "{\"accepted\":"u8.CopyTo(span);
        System.Buffers.Text.Utf8Formatter.TryFormat(accepted, span[12..], out var digits);
        ",\"rejected\":[]}"u8.CopyTo(span[(12 + digits)..]);
        return 12 + digits + 15;
    }
}
