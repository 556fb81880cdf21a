using HealthApi.Api.Http;
using HealthApi.Api.Security;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Events;

/// <summary>Ingestion of events; scope <c>ingest</c>. A 202 means that the accepted events are durable.</summary>
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
        group.MapPost(path, (HttpContext context, EventIngestion ingestion) => ingestion.IngestAsync(context, family))
            .RequireScope(ApiScopes.Ingest);
        group.MapMethods(path, [HttpMethods.Options], WebhookHandshake.Answer);
    }
}
