using System.Diagnostics;
using HealthApi.Api.Http;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Events;

/// <summary>Ingestion; scope <c>ingest</c>. A 202 means durable.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/events").WithTags("Events").RequireScope(ApiScopes.Ingest).WithQuery("atomic");
        group.MapPost("", Family(null));
        group.MapPost("/usage", Family(EventFamily.Usage));
        group.MapPost("/tickets", Family(EventFamily.Ticket));
        group.MapPost("/billing", Family(EventFamily.Billing));
        group.MapPost("/nps", Family(EventFamily.Nps));
        group.MapPost("/csat", Family(EventFamily.Csat));
        group.MapPost("/ces", Family(EventFamily.Ces));
        group.MapPost("/relationship", Family(EventFamily.Relationship));
    }

    private static RequestDelegate Family(EventFamily? family) => async context => await (await IngestAsync(context, family)).ExecuteAsync(context);

    private static async ValueTask<IResult> IngestAsync(HttpContext context, EventFamily? family)
    {
        var request = context.Request;
        if (context.RequestServices.GetRequiredService<Admission>().Refusal() is { } overloaded) return overloaded;
        if (QueryValues.Flag(request, "atomic").Failed(out var problem, out var atomic)) return problem;
        if (MediaTypes.Check(request, MediaTypes.Json, MediaTypes.NdJson, MediaTypes.CloudEvent, MediaTypes.CloudEventBatch).Failed(out problem, out var mediaType)) return problem;
        if ((await RequestBody.ReadAsync(request, EventBody.MaxBytes)).Failed(out problem, out var bytes)) return problem;
        using (bytes)
        {
            if (Read(request, bytes.Bytes.Span, mediaType, ToContext(context, family)).Failed(out problem, out var body)) return problem;
            bytes.GiveBack();
            return await AcceptAsync(context, body, atomic.Value);
        }
    }

    /// <summary>The content type decides: only data of its own type may have its CloudEvent in the headers.</summary>
    private static Outcome<EventBody> Read(HttpRequest request, ReadOnlySpan<byte> body, string mediaType, EventContext context)
    {
        if (mediaType != MediaTypes.Json || !CloudEventHeaders.AreThere(request.Headers)) return EventBody.Read(body, mediaType, context);
        return CloudEventHeaders.Read(request.Headers).Failed(out var problem, out var attributes) ? problem : EventBody.ReadBinary(attributes, body, context);
    }

    private static async ValueTask<IResult> AcceptAsync(HttpContext context, EventBody body, bool atomic)
    {
        if (body.Rejected.Count > 0)
        {
            var counters = context.RequestServices.GetRequiredService<RejectionCounters>();
            foreach (var rejected in body.Rejected) counters.Count(rejected.Errors[0].Code);
        }

        if (body.Accepted.Count == 0 || (atomic && body.Rejected.Count > 0))
            return new Problem(ProblemType.Validation, "No event was accepted.", body.Rejected);
        var appending = context.RequestServices.GetRequiredService<IngestGate>().SubmitAsync(body.Accepted);
        await context.RequestServices.GetRequiredService<Admission>().CountAsync(body.Accepted.Count, appending).WaitAsync(context.RequestAborted);
        return new IngestAnswer(body.Accepted.Count, body.Rejected);
    }

    private static EventContext ToContext(HttpContext context, EventFamily? family)
    {
        var services = context.RequestServices;
        return new EventContext(
            services.GetRequiredService<TimeProvider>().GetUtcNow(),
            services.GetRequiredService<IOptions<RetentionOptions>>().Value.EventsSpan,
            context.Key().Name,
            family,
            Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null);
    }
}
