using HealthApi.Api.Http;
using HealthApi.Api.Limits;
using HealthApi.Api.Problems;
using HealthApi.Api.Telemetry;
using HealthApi.Infrastructure.Inbound;

namespace HealthApi.Api.Integrations;

/// <summary>Receives an inbound webhook: checks its sender, reads its body, and answers after its events are durable.</summary>
internal sealed class InboundReceiver(
    InboundSenders senders, InboundRefusals refusals, InboundIntake intake, Admission admission, LargePayloads large, TimeProvider time)
{
    /// <summary>
    /// 202 with the counts of the payload's parts, or 200 for a tracking call. A refusal is recorded with the integration.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="integrationId">The integration that the path names; null if only a write key identifies it.</param>
    /// <param name="call">The tracking call; null for a vendor's webhook.</param>
    public async Task<Results<Accepted<ReceiptView>, Ok<TrackingAnswer>, Problem>> ReceiveAsync(
        HttpContext context, string? integrationId, string? call)
    {
        var sender = senders.Of(context, integrationId, call);
        if ((await TakeAsync(context, sender, call)).Failed(out var problem, out var receipt))
        {
            await refusals.NoteAsync(context, sender, problem);
            return problem;
        }

        // Some SDKs treat only a 200 as success.
        return call is null ? TypedResults.Accepted((string?)null, ReceiptView.Of(receipt)) : TypedResults.Ok(new TrackingAnswer(true));
    }

    private async Task<Outcome<InboundReceipt>> TakeAsync(HttpContext context, InboundSender sender, string? call)
    {
        if (admission.Refusal() is { } overloaded) return overloaded;
        if (AcceptMiddleware.Refusal(context.Request, AnswerTypes.Json) is { } unwanted) return unwanted;
        if (InboundBody.CheckHead(context.Request, call is not null) is { } unreadable) return unreadable;
        if (await sender.CheckHeadAsync() is { } refused) return refused;
        if ((await InboundBody.ReadAsync(context.Request, call is not null, sender.IsKnown)).Failed(out var problem, out var body))
            return problem;
        using (body)
        {
            if ((await sender.CheckAsync(body.Bytes)).Failed(out problem, out var integration)) return problem;
            using var turn = await large.EnterAsync(body.Bytes.Length, context.RequestAborted);
            if (await intake.AcceptAsync(
                integration, body.Bytes, time.GetUtcNow(), call, TraceParent.Current, context.RequestAborted) is not { } receipt)
            {
                return InboundBody.TooManyParts();
            }

            admission.Count(receipt.Accepted);
            return receipt;
        }
    }
}
