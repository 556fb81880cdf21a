namespace HealthApi.Api.Server;

/// <summary>
/// Sets the security headers for browsers: no answer is interpreted as another media type, and a page loads only its own files, is shown in
/// no frame, and does not send its address to other sites. The page of the API description needs its scripts, inline styles, and images in
/// data URLs; the other pages need nothing.
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
        // Set when the answer starts: a failure before that clears the headers.
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
