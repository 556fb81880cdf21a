using HealthApi.Api.Problems;

namespace HealthApi.Api.Http;

/// <summary>Closes what RFC 9112 leaves open: a body with two lengths is refused, and HEAD is answered as a GET without its body.</summary>
internal sealed class FramingMiddleware(RequestDelegate next)
{
    /// <summary>Where the server puts a Content-Length that came beside Transfer-Encoding.</summary>
    private const string OverruledLength = "X-Content-Length";

    public async Task InvokeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey(OverruledLength))
        {
            // Proxies may disagree on where such a request ends; nothing that follows on the connection can be trusted.
            response.Headers.Connection = "close";
            await new Problem(ProblemType.InvalidRequest, "The request has both Content-Length and Transfer-Encoding.").ExecuteAsync(context);
            return;
        }

        // The server itself lets no body out on HEAD.
        if (HttpMethods.IsHead(request.Method)) request.Method = HttpMethods.Get;
        await next(context);
        if (response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false } && response.Headers.Allow.ToString().Contains(HttpMethods.Get, StringComparison.Ordinal))
            response.Headers.Allow = $"{response.Headers.Allow}, {HttpMethods.Head}";
    }
}
