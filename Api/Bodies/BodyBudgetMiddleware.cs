namespace HealthApi.Api.Bodies;

/// <summary>Sets the <see cref="BodyBudget"/> as a feature of each request; <see cref="RequestBody"/> charges it.</summary>
internal sealed class BodyBudgetMiddleware(RequestDelegate next, BodyBudget budget)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Features.Set(budget);
        return next(context);
    }
}
