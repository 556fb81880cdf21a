namespace HealthApi.Api.Http;

/// <summary>Refuses query parameters that the endpoint does not know (see <see cref="QueryGuard"/>).</summary>
internal sealed class QueryMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        QueryGuard.Check(context) is { } problem ? problem.ExecuteAsync(context) : next(context);
}
