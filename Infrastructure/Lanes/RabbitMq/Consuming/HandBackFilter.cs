using System.Runtime.ExceptionServices;
using MassTransit;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Consuming;

/// <summary>Returns a message to its queue where an outage caused the failure, instead of parking it.</summary>
internal sealed class HandBackFilter : IFilter<ExceptionReceiveContext>
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (context.Exception is ConsumerCanceledException || LaneRetry.IsOutage(context.Exception))
            ExceptionDispatchInfo.Throw(context.Exception);
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("handBack");
}
