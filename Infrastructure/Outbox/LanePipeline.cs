using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Webhooks;
using Polly;
using Polly.CircuitBreaker;

namespace HealthApi.Infrastructure.Outbox;

/// <summary>
/// What surrounds every attempt to a subscription: the total deadline and, around it, a circuit breaker. Ten failures of ten within half a
/// minute open it; after half a minute one message probes. Long waits are no business of a pipeline, they live in the store.
/// </summary>
internal static class LanePipeline
{
    private const int FailuresToOpen = 10;
    private const double AllFailed = 1.0;

    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30), Break = TimeSpan.FromSeconds(30);

    public static ResiliencePipeline<DeliveryAttempt> Build(TimeSpan deadline, TimeProvider time, Action<TimeSpan> opened) =>
        new ResiliencePipelineBuilder<DeliveryAttempt> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<DeliveryAttempt>
            {
                FailureRatio = AllFailed,
                MinimumThroughput = FailuresToOpen,
                SamplingDuration = Sampling,
                BreakDuration = Break,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is Polly.Timeout.TimeoutRejectedException || args.Outcome.Result is { Outcome: not DeliveryOutcome.Delivered }),
                OnOpened = args =>
                {
                    opened(args.BreakDuration);
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(deadline)
            .Build();
}
