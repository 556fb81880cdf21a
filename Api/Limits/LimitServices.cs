using HealthApi.Api.Problems;
using Microsoft.AspNetCore.Http.Timeouts;

namespace HealthApi.Api.Limits;

/// <summary>Puts the limits in place.</summary>
internal static class LimitServices
{
    public static void AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(LimitOptions.Section);
        services.AddOptions<LimitOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RateLimits>().AddSingleton<BodyBudget>().AddSingleton<Admission>();
        var timeout = (section.Get<LimitOptions>() ?? new LimitOptions()).RequestTimeout;
        services.AddRequestTimeouts(timeouts =>
        {
            if (timeout > TimeSpan.Zero) timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = timeout, WriteTimeoutResponse = TellAsync };
        });
    }

    /// <summary>What was under way may still be done: sending the same again is what ids and Idempotency-Key are for.</summary>
    private static Task TellAsync(HttpContext context)
    {
        // The token of the time that is over would cut off the answer too.
        context.RequestAborted = CancellationToken.None;
        context.Response.Headers.CacheControl = "no-store";
        return new Problem(ProblemType.Overloaded, "The request took too long.") { RetryAfter = 5 }.ExecuteAsync(context);
    }
}
