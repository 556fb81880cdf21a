using System.Buffers.Text;
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

    /// <summary>Writes the answer without rejected events; returns its length in bytes.</summary>
    private int Write(Span<byte> span)
    {
        var opening = "{\"accepted\":"u8;
        var closing = ",\"rejected\":[]}"u8;
        opening.CopyTo(span);
        Utf8Formatter.TryFormat(accepted, span[opening.Length..], out var digits);
        closing.CopyTo(span[(opening.Length + digits)..]);
        return opening.Length + digits + closing.Length;
    }
}
