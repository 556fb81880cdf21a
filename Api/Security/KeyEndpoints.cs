using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Security;

/// <summary>API keys; scope <c>admin</c>.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/keys").WithTags("Keys").RequireScope(ApiScopes.Admin);
        group.MapGet("", ListAsync);
        group.MapPost("", CreateAsync);
        group.MapDelete("/{id}", RevokeAsync);
    }

    private static async Task<Ok<Page<KeyView>>> ListAsync(ApiKeyStore keys, TimeProvider time, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return TypedResults.Ok(Page.Whole((await keys.ListAsync(cancellation)).Select(key => KeyView.Of(key, now))));
    }

    private static async Task<Results<Created<CreatedKeyView>, Problem>> CreateAsync(
        HttpRequest request, ApiKeyStore keys, KeyRing ring, TimeProvider time, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<NewKey>(request)).Failed(out var problem, out var body)) return problem;
        var now = time.GetUtcNow();
        var errors = Validate(body, now).ToList();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var scopes = body.Scopes.OfType<string>().Distinct();
        var (key, secret) = await keys.CreateAsync(body.Name.Trim(), [.. scopes], body.ExpiresAt, cancellation);
        ring.Forget();
        return TypedResults.Created((string?)null, new CreatedKeyView(KeyView.Of(key, now), secret));
    }

    private static async Task<Results<NoContent, Problem>> RevokeAsync(
        string id, ApiKeyStore keys, KeyRing ring, CancellationToken cancellation)
    {
        var status = await keys.RevokeAsync(id, cancellation);
        ring.Forget();
        return status.NoContent(Problem.NotFound("There is no such key, or it was already revoked."));
    }

    private static IEnumerable<FieldError> Validate(NewKey body, DateTimeOffset now)
    {
        if (ApiKeyName.Check("/name", body.Name) is { } badName) yield return badName;
        if (body.Scopes.Count == 0) yield return new FieldError("/scopes", ErrorCodes.Required, "A key needs at least one scope.");
        for (var index = 0; index < body.Scopes.Count; index++)
        {
            if (!ApiScopes.All.Contains(body.Scopes[index]))
                yield return UnknownWord.Error($"/scopes/{index}", body.Scopes[index] ?? "", "a scope", [.. ApiScopes.All]);
        }

        if (body.ExpiresAt <= now)
        {
            yield return new FieldError(
                "/expiresAt", ErrorCodes.OutOfRange, "Must be in the future; leave it out for a key that is valid until it is revoked.");
        }
    }

    private sealed record NewKey(string Name, IReadOnlyList<string?> Scopes)
    {
        /// <summary>The key is refused from this instant on; null for never.</summary>
        public DateTimeOffset? ExpiresAt { get; init; }
    }
}
