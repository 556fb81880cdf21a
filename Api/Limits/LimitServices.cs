using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Settings;
using Microsoft.AspNetCore.Http.Timeouts;

namespace HealthApi.Api.Limits;

/// <summary>Registers the limits.</summary>
internal static class LimitServices
{
    public static void AddLimits(this IServiceCollection services, SettingReader settings)
    {
        var timeout = services.AddSettings<LimitOptions>(settings, LimitOptions.Section).RequestTimeout;
        services.AddSingleton<RateLimits>().AddSingleton<Admission>();
        services.AddRequestTimeouts(timeouts =>
        {
            if (timeout > TimeSpan.Zero)
                timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = timeout, WriteTimeoutResponse = AnswerAsync };
        });
    }

    /// <summary>
    /// Answers 503 to a request that timed out. Its work may still complete; a repeat with the same event ids or the same Idempotency-Key
    /// has no second effect.
    /// </summary>
    private static Task AnswerAsync(HttpContext context)
    {
        // Replaces the expired token so that the 503 can be written.
        context.RequestAborted = CancellationToken.None;
        context.Response.Headers.CacheControl = "no-store";
        return new Problem(ProblemType.Overloaded, "The request took too long.") { RetryAfter = 5 }.ExecuteAsync(context);
    }
}
