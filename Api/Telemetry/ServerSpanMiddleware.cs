using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace HealthApi.Api.Telemetry;

/// <summary>
/// Describes the span of a request according to OpenTelemetry's HTTP conventions: its name is method and route, such as <c>GET
/// /v1/accounts/{id}</c>. It is the outermost middleware, so that it sees the answer that is sent.
/// </summary>
internal sealed class ServerSpanMiddleware(RequestDelegate next)
{
    private const string OtherMethod = "_OTHER";

    private static readonly HashSet<string> Methods = new(StringComparer.Ordinal)
    {
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
    };

    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span ? DescribedAsync(span, context)
            : next(context);

    private async Task DescribedAsync(Activity span, HttpContext context)
    {
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : OtherMethod;
        span.SetTag("http.request.method", method).SetTag("url.scheme", context.Request.Scheme)
            .SetTag("url.path", context.Request.Path.Value);
        if (method == OtherMethod) span.SetTag("http.request.method_original", context.Request.Method);
        try
        {
            await next(context);
        }
        finally
        {
            Name(span, method == OtherMethod ? "HTTP" : method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
            End(span, context.Response.StatusCode);
        }
    }

    private static void Name(Activity span, string method, string? pattern)
    {
        var route = pattern is null ? null : "/" + pattern.Trim('/');
        span.DisplayName = route is null ? method : $"{method} {route}";
        if (route is not null) span.SetTag("http.route", route);
    }

    /// <summary>Sets the status. A mistake of the caller (4xx) is not a failure of the service.</summary>
    private static void End(Activity span, int status)
    {
        span.SetTag("http.response.status_code", status);
        if (status < StatusCodes.Status500InternalServerError) return;
        span.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        span.SetStatus(ActivityStatusCode.Error);
    }
}
