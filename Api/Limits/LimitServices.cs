using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Settings;
using Microsoft.AspNetCore.Http.Timeouts;

namespace HealthApi.Api.Limits;

/// <summary>Puts the limits in place.</summary>
internal static class LimitServices
{
    public static void AddLimits(this IServiceCollection services, SettingReader settings)
    {
        var timeout = services.AddSettings<LimitOptions>(settings, LimitOptions.Section).RequestTimeout;
        services.AddSingleton<RateLimits>().AddSingleton<Admission>();
        services.AddRequestTimeouts(timeouts =>
        {
            if (timeout > TimeSpan.Zero)
                timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = timeout, WriteTimeoutResponse = TellAsync };
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
