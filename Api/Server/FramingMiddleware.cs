using HealthApi.Api.Problems;

namespace HealthApi.Api.Server;

/// <summary>
/// Closes what RFC 9112 leaves open: a body whose length can be read in two ways is refused, and HEAD is answered as a GET without its
/// body.
/// </summary>
internal sealed class FramingMiddleware(RequestDelegate next)
{
    /// <summary>Where the server puts a Content-Length that came beside Transfer-Encoding.</summary>
    private const string OverruledLength = "X-Content-Length";

    public async Task InvokeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (Fault(request) is { } fault)
        {
            // Proxies may disagree on where such a request ends; nothing that follows on the connection can be trusted.
            response.Headers.Connection = "close";
            await new Problem(ProblemType.InvalidRequest, fault).ExecuteAsync(context);
            return;
        }

        // The server itself lets no body out on HEAD.
        if (HttpMethods.IsHead(request.Method)) request.Method = HttpMethods.Get;
        await next(context);
        if (response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false }
            && response.Headers.Allow.ToString().Contains(HttpMethods.Get, StringComparison.Ordinal))
            response.Headers.Allow = $"{response.Headers.Allow}, {HttpMethods.Head}";
    }

    /// <summary>The server looks at the last coding only, and would read a body in gzip within chunks as if it were plain.</summary>
    private static string? Fault(HttpRequest request)
    {
        var codings = request.Headers.TransferEncoding;
        if (codings.Count == 0) return null;
        if (HttpProtocol.IsHttp10(request.Protocol)) return "HTTP/1.0 has no Transfer-Encoding.";
        if (codings is not [{ } coding] || !coding.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            return "Transfer-Encoding must be chunked, once and alone.";
        return request.Headers.ContainsKey(OverruledLength) ? "The request has both Content-Length and Transfer-Encoding." : null;
    }
}
