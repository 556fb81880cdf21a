namespace HealthApi.Api.Server;

/// <summary>
/// Keeps browsers to what an answer is: no answer is taken for another type, and a page loads its own files only, stands in no frame and
/// does not tell other sites its address. The page of the API description needs its scripts, inline styles and images in data URLs; the
/// others need nothing.
/// </summary>
internal sealed class PageHeaderMiddleware(RequestDelegate next)
{
    private const string Page = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string DescriptionPage =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
            + "connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        // Once the answer begins: what goes wrong before that clears the headers.
        context.Response.OnStarting(static state => Complete((HttpContext)state), context);
        return next(context);
    }

    private static Task Complete(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true) return Task.CompletedTask;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/swagger") ? DescriptionPage : Page;
        headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}
