using HealthApi.Api.Http;

namespace HealthApi.Api.Integrations;

/// <summary>
/// The routes that vendors post to. They need no API key: the vendor's signature, or the write key of a tracking call, authenticates the
/// request. A 2xx means that the events are durable.
/// </summary>
internal static class InboundEndpoints
{
    /// <summary>The calls of the tracking API that are also served at the root, so that a standard SDK needs only another host.</summary>
    private static readonly string[] RootCalls = ["batch", "track", "identify", "group", "page"], Calls = [.. RootCalls, "screen", "alias"];

    public static void MapInbound(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Inbound").CheckingAccept();
        group.MapPost(
            "/in/{integrationId}",
            (string integrationId, HttpContext context, InboundReceiver receiver) => receiver.ReceiveAsync(context, integrationId, null));
        foreach (var call in Calls)
        {
            group.MapPost(
                $"/in/{{integrationId}}/v1/{call}",
                (string integrationId, HttpContext context, InboundReceiver receiver) =>
                    receiver.ReceiveAsync(context, integrationId, call));
        }

        foreach (var call in RootCalls)
            group.MapPost($"/v1/{call}", (HttpContext context, InboundReceiver receiver) => receiver.ReceiveAsync(context, null, call));
    }
}
