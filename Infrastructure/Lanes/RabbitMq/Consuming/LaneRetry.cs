using HealthApi.Infrastructure.Database;
using Polly;
using Polly.Retry;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>
/// The retries of a worker. It holds unacknowledged messages while it waits, so the waits stay well below the broker's acknowledgement
/// timeout.
/// </summary>
internal static class LaneRetry
{
    /// <summary>With <see cref="OutageMaxDelay"/> about 15 minutes: half of RabbitMQ's default acknowledgement timeout.</summary>
    private const int OutageAttempts = 180;

    private const int FailureAttempts = 3;
    private static readonly TimeSpan OutageDelay = TimeSpan.FromMilliseconds(100), OutageMaxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FailureDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether an outage caused the failure and not the messages, so that the broker must deliver them again.</summary>
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
