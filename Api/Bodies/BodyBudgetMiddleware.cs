namespace HealthApi.Api.Bodies;

/// <summary>Gives each request the <see cref="BodyBudget"/> as a feature, which the reader of the body charges.</summary>
internal sealed class BodyBudgetMiddleware(RequestDelegate next, BodyBudget budget)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Features.Set(budget);
        return next(context);
    }
}
