using HealthApi.Api.Problems;

namespace HealthApi.Api.Security;

/// <summary>
/// Lets a request through to an endpoint that requires a scope only with a key that carries it. An address that names too many wrong keys waits; good keys
/// go on from there all the same.
/// </summary>
internal sealed class KeyMiddleware(RequestDelegate next, KeyRing keys, WrongKeys wrong)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        // The last one wins, so that a route can ask for another scope than its group.
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is { } required && await RefuseAsync(context, required.AnyOf) is { } problem)
            await problem.ExecuteAsync(context);
        else
            await next(context);
    }

    private async ValueTask<Problem?> RefuseAsync(HttpContext context, IReadOnlyList<string> anyOf)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var secret = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (secret.Length == 0) return Unauthorized(context, header.Length == 0 ? "The Authorization header is missing." : "The Authorization header holds no API key.");
        var address = context.Connection.RemoteIpAddress;
        if (await keys.FindAsync(secret, address, context.RequestAborted) is not { } key)
            return wrong.Add(address) ?? Unauthorized(context, "The API key is not known or was revoked.");

        context.SetKey(key);
        return anyOf.Any(key.Allows) ? null : new Problem(ProblemType.Forbidden, $"The API key lacks the scope {string.Join(" or ", anyOf.Select(scope => $"'{scope}'"))}.");
    }

    private static Problem Unauthorized(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new Problem(ProblemType.Unauthorized, detail);
    }
}
