using MassTransit;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// Tells when a receive transport has ended by itself. MassTransit's loop insists after every failure but one: it takes a cancelled operation, such as
/// a declaration that the broker did not answer in time, for its own stop, and its queue would never be read again.
/// </summary>
internal sealed class WatchedRetryPolicy(IRetryPolicy policy, ConsumerWatch watch) : IRetryPolicy
{
    public RetryPolicyContext<T> CreatePolicyContext<T>(T context)
        where T : class, PipeContext => new Watched<T>(policy.CreatePolicyContext(context), watch);

    public bool IsHandled(Exception exception) => policy.IsHandled(exception);

    public void Probe(ProbeContext context) => policy.Probe(context);

    /// <summary>Lives as long as the transport's loop.</summary>
    private sealed class Watched<T>(RetryPolicyContext<T> inner, ConsumerWatch watch) : RetryPolicyContext<T>
        where T : class, PipeContext
    {
        public T Context => inner.Context;

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext) => inner.CanRetry(exception, out retryContext);

        public Task RetryFaulted(Exception exception) => inner.RetryFaulted(exception);

        public void Cancel() => inner.Cancel();

        public void Dispose()
        {
            inner.Dispose();
            if (!inner.Context.CancellationToken.IsCancellationRequested) watch.Ended();
        }
    }
}
