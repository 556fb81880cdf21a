using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Input;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;
using HealthApi.Infrastructure.Webhooks.Subscriptions;

namespace HealthApi.Api.Webhooks;

/// <summary>Subscriptions to outbound webhooks; scope <c>webhooks</c>. Scope <c>read</c> may list the types of messages too.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/webhooks").WithTags("Webhooks").RequireScope(ApiScopes.Webhooks);
        group.MapGet("", ListAsync).WithQuery("limit", "cursor");
        group.MapPost("", CreateAsync);
        group.MapGet("/event-types", ListEventTypes).RequireScope(ApiScopes.Read, ApiScopes.Webhooks);
        group.MapGet("/{id}", GetAsync);
        group.MapPatch("/{id}", PatchAsync);
        group.MapDelete("/{id}", DeleteAsync);
        group.MapPost("/{id}/rotate-secret", RotateAsync);
        group.MapPost("/{id}/enable", EnableAsync);
        group.MapDeliveries();
        routes.MapGroup("/v1/deliveries").WithTags("Webhooks").RequireScope(ApiScopes.Webhooks).MapDelivery();
    }

    public static Problem NotFound() => Problem.NotFound("There is no such webhook subscription.");

    private static async Task<Results<Ok<Page<WebhookView>>, Problem>> ListAsync(
        HttpRequest request, WebhookSubscriptionStore webhooks, CancellationToken cancellation)
    {
        if (PageRequest.Read<WebhookCursor>(request).Failed(out var problem, out var page)) return problem;
        var found = await webhooks.ListAsync(page.After?.After, page.RowsToRead, cancellation);
        return TypedResults.Ok(page.ToPage(found, WebhookView.Of, subscription => new WebhookCursor(subscription.Id)));
    }

    private static async Task<Results<Created<CreatedWebhookView>, Problem>> CreateAsync(
        HttpRequest request, WebhookSubscriptionStore webhooks, EndpointUrl urls, EvaluationPolicies policies,
        CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<NewWebhook>(request)).Failed(out var problem, out var body)) return problem;
        var secret = WebhookSecret.TryParse(body.Secret);
        if (body.Secret is not null && secret is null)
            return EndpointProblem("/secret", "A secret must be whsec_ and the base64 of 24 to 64 bytes.");
        if (await RefuseAsync(body, [], urls, policies, cancellation) is { } refused) return refused;
        var (subscription, made) = await webhooks.CreateAsync(body.ToSettings(), secret, cancellation);
        return TypedResults.Created(
            "/v1/webhooks/" + subscription.Id, new CreatedWebhookView(WebhookView.Of(subscription), made.Reveal()));
    }

    private static Ok<Page<WebhookEventTypeView>> ListEventTypes() =>
        TypedResults.Ok(Page.Whole(WebhookEventTypes.All.Select(WebhookEventTypeView.Of)));

    private static async Task<Results<Ok<WebhookView>, Problem>> GetAsync(
        string id, WebhookSubscriptionStore webhooks, CancellationToken cancellation) =>
        await webhooks.FindAsync(id, cancellation) is { } subscription ? TypedResults.Ok(WebhookView.Of(subscription)) : NotFound();

    private static async Task<Results<Ok<WebhookView>, Problem>> PatchAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, EndpointUrl urls, EvaluationPolicies policies,
        CancellationToken cancellation)
    {
        if ((await MergePatch.ReadAsync(request)).Failed(out var problem, out var patch)) return problem;
        if (await webhooks.FindAsync(id, cancellation) is not { } subscription) return NotFound();
        if (patch.Apply(PatchedWebhook.Of(subscription)).Failed(out problem, out var body)) return problem;
        if (await RefuseAsync(body, subscription.Settings.EventTypes, urls, policies, cancellation) is { } refused) return refused;
        var status = await webhooks.UpdateAsync(subscription, body.ToSettings(), body.Enabled, cancellation);
        return status.ToProblem(NotFound()) is { } failed ? failed : await GetAsync(id, webhooks, cancellation);
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        string id, WebhookSubscriptionStore webhooks, CancellationToken cancellation) =>
        (await webhooks.DeleteAsync(id, cancellation)).NoContent(NotFound());

    private static async Task<Results<Ok<RotatedSecretView>, Problem>> RotateAsync(
        string id, WebhookSubscriptionStore webhooks, CancellationToken cancellation) =>
        await webhooks.RotateAsync(id, cancellation) is { } rotated
            ? TypedResults.Ok(new RotatedSecretView(rotated.Secret.Reveal(), rotated.PreviousExpiresAt))
            : NotFound();

    private static async Task<Results<Ok<EnabledWebhookView>, Problem>> EnableAsync(
        HttpRequest request, string id, WebhookSubscriptionStore webhooks, CancellationToken cancellation)
    {
        if ((await ReadHeldChoiceAsync(request)).Failed(out var problem, out var held)) return problem;
        if (await webhooks.EnableAsync(id, held.Value, cancellation) is not { } released) return NotFound();
        return await webhooks.FindAsync(id, cancellation) is { } subscription
            ? TypedResults.Ok(new EnabledWebhookView(WebhookView.Of(subscription), released))
            : NotFound();
    }

    /// <summary>What happens to the held deliveries; <c>keep</c> if the request has no body.</summary>
    private static async Task<Outcome<HeldChoice?>> ReadHeldChoiceAsync(HttpRequest request)
    {
        if (request.ContentLength is null or 0 && request.ContentType is null) return new HeldChoice?(HeldChoice.Keep);
        if ((await RequestJson.ReadAsync<EnableRequest>(request)).Failed(out var problem, out var body)) return problem;
        return WebhookRules.Held(body.Held);
    }

    private static async Task<Problem?> RefuseAsync(
        WebhookDocument body, IReadOnlyList<string> kept, EndpointUrl urls, EvaluationPolicies policies, CancellationToken cancellation)
    {
        var errors = WebhookRules.Check(body, (await policies.CurrentAsync(cancellation)).Segments, kept);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return await urls.CheckAsync(body.Url, cancellation) is { } mistake ? EndpointProblem("/url", mistake) : null;
    }

    private static Problem EndpointProblem(string pointer, string detail) =>
        new(ProblemType.EndpointUrl, detail, [new FieldError(pointer, ErrorCodes.NotAllowed, detail)]);

    private sealed record WebhookCursor(string After);
}
