using System.Diagnostics;
using HealthApi.Api.Http;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Inbound;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>
/// Where vendors post to. No API key: the vendor's signature, or the write key of a tracking call, stands for it. A 2xx means durable.
/// </summary>
internal static class InboundEndpoints
{
    /// <summary>The calls of the tracking API that stand at the root too, so that a stock SDK needs only another host.</summary>
    private static readonly string[] RootCalls = ["batch", "track", "identify", "group", "page"], Calls = [.. RootCalls, "screen", "alias"];

    public static void MapInbound(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Inbound").CheckingAccept();
        group.MapPost("/in/{integrationId}", (string integrationId, HttpContext context) => ReceiveAsync(context, integrationId, null));
        foreach (var call in Calls)
            group.MapPost(
                $"/in/{{integrationId}}/v1/{call}",
                (string integrationId, HttpContext context) => ReceiveAsync(context, integrationId, call));
        foreach (var call in RootCalls) group.MapPost($"/v1/{call}", RootCall(call));
    }

    /// <summary>Typed, since a lambda over the context alone would be taken for one that writes its answer itself.</summary>
    private static Func<HttpContext, Task<IResult>> RootCall(string call) => context => ReceiveAsync(context, null, call);

    public static Problem TooMany() =>
        new(ProblemType.TooLarge, $"At most {Translator.MaxParts:N0} parts a payload, each of at most {Translator.MaxPartBytes:N0} bytes.");

    private static async Task<IResult> ReceiveAsync(HttpContext context, string? integrationId, string? call)
    {
        var sender = new InboundSender(context, integrationId, call);
        var answer = await TakeAsync(context, sender, call);
        if (answer is Problem problem) await InboundRefusals.NoteAsync(context, sender, problem);
        return answer;
    }

    private static async Task<IResult> TakeAsync(HttpContext context, InboundSender sender, string? call)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<Admission>().Refusal() is { } overloaded) return overloaded;
        if (AcceptMiddleware.Refusal(context.Request, AnswerTypes.Json) is { } unwanted) return unwanted;
        if (InboundBody.CheckHead(context.Request, call is not null) is { } unreadable) return unreadable;
        if (await sender.CheckHeadAsync() is { } refused) return refused;
        if ((await InboundBody.ReadAsync(context.Request, call is not null, sender.IsKnown)).Failed(out var problem, out var body))
            return problem;
        using (body)
        {
            if ((await sender.CheckAsync(body.Bytes)).Failed(out problem, out var integration)) return problem;
            using var turn = await services.GetRequiredService<LargePayloads>().EnterAsync(body.Bytes.Length, context.RequestAborted);
            return await AcceptAsync(context, integration, body.Bytes, call);
        }
    }

    private static async Task<IResult> AcceptAsync(HttpContext context, Integration integration, ReadOnlyMemory<byte> body, string? call)
    {
        var services = context.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
        var receipt = await services.GetRequiredService<InboundIntake>()
            .AcceptAsync(integration, body, now, call, trace, context.RequestAborted);
        if (receipt is null) return TooMany();
        services.GetRequiredService<Admission>().Count(receipt.Accepted);

        // Some SDKs take only a 200 for success.
        return call is null
            ? Results.Json(new { receipt.Accepted, receipt.Parked, receipt.Unmapped, receipt.Ignored }, Json.Answers, statusCode: 202)
            : Results.Json(new { success = true }, Json.Answers);
    }
}
