using HealthApi.Api.Problems;

namespace HealthApi.Api.Server;

/// <summary>Refuses a request whose body length is ambiguous (RFC 9112 §6.3), and answers HEAD like a GET without a body.</summary>
internal sealed class FramingMiddleware(RequestDelegate next)
{
    /// <summary>The header to which the server moves a Content-Length that was sent beside Transfer-Encoding.</summary>
    private const string OverruledLength = "X-Content-Length";

    public async Task InvokeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (Fault(request) is { } fault)
        {
            // A proxy may see another end of such a request, so nothing that follows on the connection can be trusted.
            response.Headers.Connection = "close";
            await new Problem(ProblemType.InvalidRequest, fault).ExecuteAsync(context);
            return;
        }

        // The server itself sends no body in answer to HEAD.
        if (HttpMethods.IsHead(request.Method)) request.Method = HttpMethods.Get;
        await next(context);
        if (response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false }
            && response.Headers.Allow.ToString().Contains(HttpMethods.Get, StringComparison.Ordinal))
        {
            response.Headers.Allow = $"{response.Headers.Allow}, {HttpMethods.Head}";
        }
    }

    /// <summary>
    /// Describes the ambiguity; null if there is none. The server looks only at the last transfer coding and would read a gzip body in
    /// chunks as plain.
    /// </summary>
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
