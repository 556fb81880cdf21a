using HealthApi.Infrastructure.Database;
using Polly;
using Polly.Retry;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// How a worker insists. What is waited for here is waited for with messages in hand, so it stays well under the broker's patience.
/// </summary>
internal static class LaneRetry
{
    /// <summary>With <see cref="OutageMaxDelay"/> about a quarter of an hour: half of RabbitMQ's default time to acknowledge.</summary>
    private const int OutageAttempts = 180;

    private const int FailureAttempts = 3;
    private static readonly TimeSpan OutageDelay = TimeSpan.FromMilliseconds(100), OutageMaxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FailureDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>The messages are not to blame: the broker is to deliver them again.</summary>
    public static bool IsOutage(Exception failure) => failure is StoreUnavailableException or OperationCanceledException;

    public static ResiliencePipeline Create(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StoreUnavailableException>(),
            MaxRetryAttempts = OutageAttempts,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = OutageDelay,
            MaxDelay = OutageMaxDelay,
        })
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(failure => !IsOutage(failure)),
            MaxRetryAttempts = FailureAttempts,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FailureDelay,
        })
        .Build();
}
