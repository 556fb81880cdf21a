using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using HealthApi.Api.Telemetry;
using HealthApi.Core.Events;
using HealthApi.Core.Events.CloudEvents;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Events;

/// <summary>Reads posted events, checks them and appends them to the lanes. The answer is sent after they are durable.</summary>
internal sealed class EventIngestion(
    Admission admission, IngestGate gate, RejectionCounters rejections, IOptions<RetentionOptions> retention, TimeProvider time)
{
    /// <summary>
    /// 202 with the accepted and rejected events; 422 if no event was accepted, or if one was rejected and <c>atomic</c> is set.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="family">The only family that the route accepts; null for all.</param>
    public async Task<Results<IngestAnswer, Problem>> IngestAsync(HttpContext context, EventFamily? family)
    {
        var request = context.Request;
        if (admission.Refusal() is { } overloaded) return overloaded;
        if (QueryValues.Flag(request, "atomic").Failed(out var problem, out var atomic)) return problem;
        var isBinary = IsBinary(request);
        if (CheckType(request, isBinary).Failed(out problem, out var mediaType)) return problem;
        if ((await RequestBody.ReadAsync(request, RequestBody.MaxBytes)).Failed(out problem, out var bytes)) return problem;
        using (bytes)
        {
            var read = isBinary ? ReadBinary(request, bytes.Bytes.Span, ToContext(context, family))
                : EventBody.Read(bytes.Bytes.Span, mediaType, ToContext(context, family));
            if (read.Failed(out problem, out var body)) return problem;
            bytes.GiveBack();
            return await AcceptAsync(body, atomic.Value, context.RequestAborted);
        }
    }

    /// <summary>
    /// The media type, which decides how the body is read; a 415 for one that is not accepted. If the headers carry a CloudEvent, a body of
    /// any JSON type is its data, and a request without a content type is an event without data.
    /// </summary>
    private static Outcome<string> CheckType(HttpRequest request, bool isBinary)
    {
        if (isBinary) return request.ContentType is null ? MediaTypes.Json : MediaTypes.CheckJson(request);
        return MediaTypes.Check(request, MediaTypes.Json, MediaTypes.NdJson, MediaTypes.CloudEvent, MediaTypes.CloudEventBatch);
    }

    /// <summary>Whether the headers carry a CloudEvent (binary mode), and the body its data.</summary>
    private static bool IsBinary(HttpRequest request) =>
        CloudEventHeaders.ArePresent(request.Headers)
            && (request.ContentType is not { } type || (JsonMediaType.Is(type) && !IsStructured(type)));

    /// <summary>Whether the body is itself a CloudEvent or a batch of them (structured mode).</summary>
    private static bool IsStructured(string contentType) =>
        contentType.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase);

    private static Outcome<EventBody> ReadBinary(HttpRequest request, ReadOnlySpan<byte> body, EventContext context)
    {
        if (request.ContentType is null && !body.IsEmpty)
            return new Problem(ProblemType.MediaType, "Content-Type is missing; only a CloudEvent without data may omit it.");
        return CloudEventHeaders.Read(request.Headers).Failed(out var problem, out var attributes) ? problem
            : EventBody.ReadBinary(attributes, body, context);
    }

    private async ValueTask<Results<IngestAnswer, Problem>> AcceptAsync(EventBody body, bool atomic, CancellationToken cancellation)
    {
        foreach (var rejected in body.Rejected) rejections.Count(rejected.Errors[0].Code);
        if (body.Rejected.Count > 0 && (body.Accepted.Count == 0 || atomic))
            return new Problem(ProblemType.Validation, "No event was accepted.", body.Rejected);
        if (body.Accepted.Count == 0) return new IngestAnswer(0, []);
        await admission.CountAsync(body.Accepted.Count, gate.SubmitAsync(body.Accepted)).WaitAsync(cancellation);
        return new IngestAnswer(body.Accepted.Count, body.Rejected);
    }

    private EventContext ToContext(HttpContext context, EventFamily? family) => new(
        time.GetUtcNow(),
        retention.Value.EventsSpan,
        context.Key().Name,
        family,
        TraceParent.Current);
}
