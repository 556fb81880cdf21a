using HealthApi.Api.Http;


namespace HealthApi.Api.Limits;

/// <summary>Answers 429 to a key that exceeds its rate, before its request is processed.</summary>
internal sealed class LimitMiddleware(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context) =>
        context.FindKey() is { } key && limits.Take(key, context.Response.Headers) is { } problem ? problem.ExecuteAsync(context)
            : next(context);
}
