using HealthApi.Api.Problems;

namespace HealthApi.Api.Http;

/// <summary>
/// Answers 406 if <c>Accept</c> allows no media type of the endpoint, before the request has any effect. Problems are sent whatever
/// <c>Accept</c> says.
/// </summary>
internal sealed class AcceptMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Accept.Count == 0 || context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);
        return Refusal(context.Request, endpoint.Metadata.GetMetadata<AnswerTypes>() ?? AnswerTypes.Json) is { } problem
            ? problem.ExecuteAsync(context) : next(context);
    }

    /// <summary>A 406 if the request accepts none of the types; otherwise null.</summary>
    public static Problem? Refusal(HttpRequest request, AnswerTypes types)
    {
        if (types == AnswerTypes.Unchecked) return null;
        var offered = types.For(request);
        return Accepts.Best(request, offered) is not null
            ? null
            : new Problem(ProblemType.NotAcceptable, $"The answer is {string.Join(" or ", offered)}, which Accept does not allow.");
    }
}
