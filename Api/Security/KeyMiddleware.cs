using HealthApi.Api.Problems;

namespace HealthApi.Api.Security;

/// <summary>Lets a request through to an endpoint that requires a scope only with a key that carries it.</summary>
internal sealed class KeyMiddleware(RequestDelegate next, KeyRing keys)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        // The last one wins, so that a route can ask for another scope than its group.
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is { } required && await RefuseAsync(context, required.Scope) is { } problem)
            await problem.ExecuteAsync(context);
        else
            await next(context);
    }

    private async ValueTask<Problem?> RefuseAsync(HttpContext context, string scope)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var key = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await keys.FindAsync(header[Scheme.Length..].Trim(), context.RequestAborted)
            : null;
        if (key is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return new Problem(ProblemType.Unauthorized, header.Length == 0 ? "The Authorization header is missing." : "The API key is not known or was revoked.");
        }

        context.SetKey(key);
        return key.Allows(scope) ? null : new Problem(ProblemType.Forbidden, $"The API key lacks the scope '{scope}'.");
    }
}
