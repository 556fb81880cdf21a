using System.Diagnostics;
using HealthApi.Api.Http;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using HealthApi.Core.Integrations;
using HealthApi.Core.Integrations.Segment;
using HealthApi.Core.Integrations.Signatures;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>Where vendors post to. No API key: the vendor's signature, or the write key of a tracking call, stands for it. A 2xx means durable.</summary>
internal static class InboundEndpoints
{
    /// <summary>The calls of the tracking API that stand at the root too, so that a stock SDK needs only another host.</summary>
    private static readonly string[] RootCalls = ["batch", "track", "identify", "group", "page"], Calls = [.. RootCalls, "screen", "alias"];

    /// <summary>Seconds after which it is worth asking again where an encryption key is missing: an operator must act.</summary>
    private const int SecondsUntilKeys = 60;

    public static void MapInbound(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Inbound");
        group.MapPost("/in/{integrationId}", (string integrationId, HttpContext context) => ReceiveAsync(context, integrationId, null));
        foreach (var call in Calls) group.MapPost($"/in/{{integrationId}}/v1/{call}", (string integrationId, HttpContext context) => ReceiveAsync(context, integrationId, call));
        foreach (var call in RootCalls) group.MapPost($"/v1/{call}", RootCall(call));
    }

    /// <summary>Typed, since a lambda over the context alone would be taken for one that writes its answer itself.</summary>
    private static Func<HttpContext, Task<IResult>> RootCall(string call) => context => ReceiveAsync(context, null, call);

    public static Problem TooMany() => new(ProblemType.TooLarge, $"At most {Translator.MaxParts:N0} parts a payload.");

    private static async Task<IResult> ReceiveAsync(HttpContext context, string? integrationId, string? call)
    {
        var services = context.RequestServices;
        var admission = services.GetRequiredService<Admission>();
        if (admission.Refusal() is { } overloaded) return overloaded;
        if ((await InboundBody.ReadAsync(context.Request, call is not null)).Failed(out var problem, out var body)) return problem;
        var request = ToRequest(context.Request, body, services.GetRequiredService<InboundUrls>());
        if ((await FindAsync(context, services.GetRequiredService<IntegrationStore>(), request, integrationId, call)).Failed(out problem, out var integration)) return problem;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
        var receipt = await services.GetRequiredService<InboundIntake>().AcceptAsync(integration, body, now, call, trace, context.RequestAborted);
        if (receipt is null) return TooMany();
        admission.Count(receipt.Accepted);
        // Some SDKs take only a 200 for success.
        return call is null
            ? Results.Json(new { receipt.Accepted, receipt.Parked, receipt.Unmapped, receipt.Ignored }, Json.Answers, statusCode: 202)
            : Results.Json(new { success = true }, Json.Answers);
    }

    /// <summary>The integration that the request is for, once the request is known to come from its vendor.</summary>
    private static async ValueTask<Outcome<Integration>> FindAsync(HttpContext context, IntegrationStore store, InboundRequest request, string? integrationId, string? call)
    {
        var cancellation = context.RequestAborted;
        if (integrationId is null && SegmentCredentials.WriteKey(request) is null) return Refused(context, Vendor.Segment, SignatureVerdict.Missing);
        var found = integrationId is not null
            ? await store.FindSealedAsync(integrationId, cancellation)
            : await store.FindByWriteKeyAsync(SegmentCredentials.WriteKey(request)!, cancellation);
        if (found is not var (integration, secrets)) return integrationId is null ? Refused(context, Vendor.Segment, SignatureVerdict.Wrong) : IntegrationEndpoints.NotFound();
        var settings = integration.Settings;
        if (call is not null && settings.Vendor != Vendor.Segment) return Problem.NotFound("Only a segment integration takes tracking calls.");
        if (secrets is null && settings.Vendor == Vendor.Segment && SegmentCredentials.WriteKey(request) is { } key)
            secrets = await store.IsWriteKeyAsync(integration.Id, key, cancellation) ? [key] : [];
        if (secrets is null) return Unreadable();
        var verdict = VendorSignatures.Check(settings.Vendor, settings.Auth, secrets, request, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        return verdict == SignatureVerdict.Good ? integration : Refused(context, settings.Vendor, verdict);
    }

    private static InboundRequest ToRequest(HttpRequest request, byte[] body, InboundUrls urls) => new(
        request.Method, urls.Of(request), name => request.Headers[name] is [{ Length: > 0 } value, ..] ? value : null, body);

    /// <summary>The vendor sends it again, so that nothing is lost while the operator mends the keys.</summary>
    private static Problem Unreadable() => new(ProblemType.Unavailable, "The secret of this integration cannot be opened now, so the signature cannot be checked; nothing was kept.")
    {
        RetryAfter = SecondsUntilKeys,
    };

    private static Problem Refused(HttpContext context, Vendor vendor, SignatureVerdict verdict)
    {
        context.Response.Headers.WWWAuthenticate = vendor == Vendor.Segment ? "Basic realm=\"write key\"" : "Signature";
        return new Problem(ProblemType.Unauthorized, verdict switch
        {
            SignatureVerdict.Missing => "The signature or token of the vendor is missing, or the integration has no secret yet.",
            SignatureVerdict.Malformed => "The signature has another form than the vendor gives it.",
            SignatureVerdict.Stale => "The signature was made more than 300 seconds from now.",
            _ => "No secret of the integration gives this signature.",
        });
    }
}
