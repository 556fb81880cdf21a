using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Integrations.Signatures;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>Records refused inbound webhooks with their integration, if it exists, so that its owner sees why no events arrive.</summary>
internal sealed class InboundRefusals(RefusalLog log, IntegrationNames names)
{
    private const int MaxDetail = 1000, MaxContentType = 200;

    public async Task NoteAsync(HttpContext context, InboundSender sender, Problem problem)
    {
        if (await IntegrationOfAsync(context, sender) is not { } integrationId || ReasonOf(problem.Type, sender.Verdict) is not { } reason)
            return;
        var address = context.Connection.RemoteIpAddress is { } remote ? Networks.Plain(remote).ToString() : null;
        log.Note(new RefusedDelivery(
            integrationId, reason, log.Now(), problem.Type.Status, Cut(problem.Detail ?? problem.Type.Title, MaxDetail)!,
            Cut(context.Request.ContentType, MaxContentType),
            context.Request.ContentLength, address));
    }

    /// <summary>The id of the integration that was looked up or that the path names; null if it does not exist.</summary>
    private async ValueTask<string?> IntegrationOfAsync(HttpContext context, InboundSender sender)
    {
        if (sender.Integration is { } known) return known.Id;
        if (sender.IsLookedUp) return null;
        try
        {
            return sender.IntegrationId is { } id && await names.HasIdAsync(id, context.RequestAborted) ? id : null;
        }
        catch (StoreUnavailableException)
        {
            // The refusal is sent, but not recorded.
            return null;
        }
    }

    private static string? ReasonOf(ProblemType type, SignatureVerdict? verdict) => type switch
    {
        _ when type == ProblemType.InvalidSignature => ReasonOf(verdict),
        _ when type == ProblemType.MediaType => RefusalReason.MediaType,
        _ when type == ProblemType.TooLarge => RefusalReason.TooLarge,
        _ when type == ProblemType.NotAcceptable => RefusalReason.NotAcceptable,
        _ when type == ProblemType.NotFound => RefusalReason.WrongRoute,
        _ when type == ProblemType.QuotaExceeded => RefusalReason.Limited,
        _ when type.Status == StatusCodes.Status503ServiceUnavailable => RefusalReason.Unavailable,
        _ when type.Status is StatusCodes.Status400BadRequest or StatusCodes.Status408RequestTimeout
            or StatusCodes.Status422UnprocessableEntity => RefusalReason.InvalidBody,
        _ => null,
    };

    private static string ReasonOf(SignatureVerdict? verdict) => verdict switch
    {
        SignatureVerdict.Missing => RefusalReason.SignatureMissing,
        SignatureVerdict.Malformed => RefusalReason.SignatureMalformed,
        SignatureVerdict.Stale => RefusalReason.SignatureStale,
        _ => RefusalReason.SignatureWrong,
    };

    private static string? Cut(string? text, int length) => text?.Length > length ? text[..length] : text;
}
