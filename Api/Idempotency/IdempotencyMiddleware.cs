using System.Data.Common;
using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Idempotency;
using HealthApi.Infrastructure.Security;
using Microsoft.AspNetCore.Http.Features;

namespace HealthApi.Api.Idempotency;

/// <summary>
/// <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header-07) on every POST that changes something. For a day, the same key with
/// the same request is answered with the first answer, with another request 422, and while the first request is in progress 409. Only
/// answers with a status of 2xx are stored.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, IdempotencyStore store, ILogger<IdempotencyMiddleware> logger)
{
    private static readonly string[] StoredHeaders = ["Content-Type", "Location", "ETag"];

    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.Request.Headers.ContainsKey(IdempotencyKey.Header)
            && context.FindKey() is { } key
            && context.GetEndpoint()?.Metadata.GetMetadata<ChangesNothing>() is null
            ? HonourAsync(context, key)
            : next(context);

    private async Task HonourAsync(HttpContext context, ApiKey key)
    {
        if (IdempotencyKey.Read(context.Request).Failed(out var problem, out var text))
        {
            await problem.ExecuteAsync(context);
            return;
        }

        if ((await RequestBody.ReadRawAsync(context.Request, RequestBody.MaxBytes)).Failed(out problem, out var body))
        {
            await problem.ExecuteAsync(context);
            return;
        }

        using (body)
        {
            context.Request.Body = body.ToStream();
            var claim =
                await store.ClaimAsync(key.Id, text, IdempotencyKey.Fingerprint(context.Request, body.Bytes.Span), context.RequestAborted);
            await AnswerAsync(context, claim);
        }
    }

    private Task AnswerAsync(HttpContext context, IdempotencyClaim claim) => claim.Status switch
    {
        ClaimStatus.Ours => RunAsync(context, claim),
        ClaimStatus.Answered => ReplayAsync(context, claim.Answer!),
        ClaimStatus.InFlight => new Problem(ProblemType.Conflict, "A request with this Idempotency-Key is in progress.")
            .ExecuteAsync(context),
        ClaimStatus.Mismatch => new Problem(ProblemType.IdempotencyMismatch).ExecuteAsync(context),
        ClaimStatus.Unreadable => new Problem(
            ProblemType.Conflict,
            "The request with this Idempotency-Key was carried out. Its answer cannot be repeated, because the key that encrypted it is "
                + "missing.").ExecuteAsync(context),
        _ => throw new InvalidOperationException($"{claim.Status}"),
    };

    private async Task RunAsync(HttpContext context, IdempotencyClaim claim)
    {
        var caller = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var written = new MemoryStream();
        await using var held = store.Hold(claim);
        context.Response.Body = written;
        try
        {
            await next(context);
            await context.Response.BodyWriter.FlushAsync();
        }
        catch
        {
            await SettleAsync(async () => await store.ReleaseAsync(await held.LetGoAsync(), CancellationToken.None));
            throw;
        }
        finally
        {
            context.Features.Set(caller);
        }

        claim = await held.LetGoAsync();
        var answer = new StoredAnswer(context.Response.StatusCode, HeadersOf(context.Response), written.ToArray());
        await SettleAsync(
            () => answer.Status is >= 200 and < 300 ? store.CompleteAsync(claim, answer, ShownAccounts.Of(context), CancellationToken.None)
            : store.ReleaseAsync(claim, CancellationToken.None));
        if (answer.Body.Length > 0) await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    /// <summary>
    /// Stores or releases the claim. If the store fails, the answer is sent all the same, because the request was carried out; the claim
    /// expires by itself.
    /// </summary>
    private async Task SettleAsync(Func<Task> settle)
    {
        try
        {
            await settle();
        }
        catch (Exception failure) when (failure is StoreUnavailableException or DbException)
        {
            logger.LogWarning("The answer of a request with an Idempotency-Key could not be stored: {Failure}", failure.Message);
        }
    }

    private static async Task ReplayAsync(HttpContext context, StoredAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        context.Response.Headers["Idempotency-Replayed"] = "true";
        if (answer.Body.Length > 0) await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static Dictionary<string, string> HeadersOf(HttpResponse response) =>
        StoredHeaders.Where(name => response.Headers.ContainsKey(name))
            .ToDictionary(name => name, name => response.Headers[name].ToString(), StringComparer.OrdinalIgnoreCase);
}
