using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Security;

/// <summary>
/// Requires a key with one of the scopes of the endpoint, if it requires any. An address that sends too many wrong keys is answered 429;
/// valid keys from that address are still accepted.
/// </summary>
internal sealed class KeyMiddleware(RequestDelegate next, KeyRing keys, KeyUses uses, WrongKeys wrong, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    /// <summary>The scopes of endpoints whose changes are written to the audit trail.</summary>
    private static readonly HashSet<string> Changing = new(StringComparer.Ordinal) { ApiScopes.Write, ApiScopes.Webhooks, ApiScopes.Admin };

    public async Task InvokeAsync(HttpContext context)
    {
        // The last required scope counts, so that a route can require another scope than its group.
        var required = context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>();
        if (required is not null && await RefuseAsync(context, required.AnyOf) is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        if (required is not null && required.AnyOf.Any(Changing.Contains))
            Actor.Current = new Actor(ActorKind.Key, context.Key().Id, context.Key().Name);
        await next(context);
    }

    private async ValueTask<Problem?> RefuseAsync(HttpContext context, IReadOnlyList<string> anyOf)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var secret = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (secret.Length == 0)
        {
            return Unauthorized(
                context, header.Length == 0 ? "The Authorization header is missing." : "The Authorization header contains no API key.");
        }

        var address = context.Connection.RemoteIpAddress;
        if (await keys.FindAsync(secret, address, context.RequestAborted) is not { } key)
            return wrong.Add(address) ?? Unauthorized(context, "The API key is unknown or was revoked.");

        var now = time.GetUtcNow();
        if (key.IsExpired(now)) return Unauthorized(context, $"The API key expired at {Rfc3339.Format(key.ExpiresAt!.Value)}.");
        uses.Note(key.Id, now);
        context.SetKey(key);
        return anyOf.Any(key.Allows) ? null
            : new Problem(
                ProblemType.Forbidden, $"The API key lacks the scope {string.Join(" or ", anyOf.Select(scope => $"'{scope}'"))}.");
    }

    private static Problem Unauthorized(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new Problem(ProblemType.Unauthorized, detail);
    }
}
