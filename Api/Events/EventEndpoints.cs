using System.Diagnostics;
using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Events;
using HealthApi.Core.Events.CloudEvents;
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
        var group = routes.MapGroup("/v1/events").WithTags("Events").WithQuery("atomic");
        Map(group, "", null);
        Map(group, "/usage", EventFamily.Usage);
        Map(group, "/tickets", EventFamily.Ticket);
        Map(group, "/billing", EventFamily.Billing);
        Map(group, "/nps", EventFamily.Nps);
        Map(group, "/csat", EventFamily.Csat);
        Map(group, "/ces", EventFamily.Ces);
        Map(group, "/relationship", EventFamily.Relationship);
    }

    private static void Map(RouteGroupBuilder group, string path, EventFamily? family)
    {
        group.MapPost(path, Family(family)).RequireScope(ApiScopes.Ingest);
        group.MapMethods(path, [HttpMethods.Options], WebhookHandshake.Answer);
    }

    private static RequestDelegate Family(EventFamily? family) =>
        async context => await (await IngestAsync(context, family)).ExecuteAsync(context);

    private static async ValueTask<IResult> IngestAsync(HttpContext context, EventFamily? family)
    {
        var request = context.Request;
        if (context.RequestServices.GetRequiredService<Admission>().Refusal() is { } overloaded) return overloaded;
        if (QueryValues.Flag(request, "atomic").Failed(out var problem, out var atomic)) return problem;
        if (CheckType(request).Failed(out problem, out var mediaType)) return problem;
        if ((await RequestBody.ReadAsync(request, RequestBody.MaxBytes)).Failed(out problem, out var bytes)) return problem;
        using (bytes)
        {
            if (Read(request, bytes.Bytes.Span, mediaType, ToContext(context, family)).Failed(out problem, out var body)) return problem;
            bytes.GiveBack();
            return await AcceptAsync(context, body, atomic.Value);
        }
    }

    /// <summary>
    /// The content type decides what the body holds. JSON of any name is the data of a CloudEvent in the headers, and only that may come
    /// without a type, which means without data.
    /// </summary>
    private static Outcome<string> CheckType(HttpRequest request)
    {
        var isBinary = CloudEventHeaders.AreThere(request.Headers) && request.ContentType is var type
            && (type is null || (JsonMediaType.Is(type) && !IsStructured(type)));
        if (isBinary) return request.ContentType is null ? MediaTypes.Json : MediaTypes.CheckJson(request);
        return MediaTypes.Check(request, MediaTypes.Json, MediaTypes.NdJson, MediaTypes.CloudEvent, MediaTypes.CloudEventBatch);
    }

    private static bool IsStructured(string contentType) =>
        contentType.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase);

    private static Outcome<EventBody> Read(HttpRequest request, ReadOnlySpan<byte> body, string mediaType, EventContext context)
    {
        if (mediaType is MediaTypes.NdJson or MediaTypes.CloudEvent or MediaTypes.CloudEventBatch
            || !CloudEventHeaders.AreThere(request.Headers)) return EventBody.Read(body, mediaType, context);
        if (request.ContentType is null && !body.IsEmpty)
            return new Problem(ProblemType.MediaType, "Content-Type is missing; only a CloudEvent without data has none.");
        return CloudEventHeaders.Read(request.Headers).Failed(out var problem, out var attributes) ? problem
            : EventBody.ReadBinary(attributes, body, context);
    }

    private static async ValueTask<IResult> AcceptAsync(HttpContext context, EventBody body, bool atomic)
    {
        if (body.Rejected.Count > 0)
        {
            var counters = context.RequestServices.GetRequiredService<RejectionCounters>();
            foreach (var rejected in body.Rejected) counters.Count(rejected.Errors[0].Code);
        }

        if (body.Rejected.Count > 0 && (body.Accepted.Count == 0 || atomic))
            return new Problem(ProblemType.Validation, "No event was accepted.", body.Rejected);
        if (body.Accepted.Count == 0) return new IngestAnswer(0, []);
        var appending = context.RequestServices.GetRequiredService<IngestGate>().SubmitAsync(body.Accepted);
        await context.RequestServices.GetRequiredService<Admission>().CountAsync(body.Accepted.Count, appending)
            .WaitAsync(context.RequestAborted);
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
