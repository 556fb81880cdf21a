namespace HealthApi.Api.Bodies;

/// <summary>Gives each request the <see cref="BodyBudget"/> as a feature, so that whoever reads the body charges it.</summary>
internal sealed class BodyBudgetMiddleware(RequestDelegate next, BodyBudget budget)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Features.Set(budget);
        return next(context);
    }
}
