using System.Reflection;
using HealthApi.Infrastructure.Lanes.RabbitMq.Client;
using MassTransit;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Client;

// Public, because a proxy's type must be visible and open.
public sealed class RunningBusTests
{
    [Test]
    public async Task A_bus_whose_stop_never_completes_is_given_up([Values] bool started)
    {
        var control = DispatchProxy.Create<IBusControl, HangingBus>();
        ((HangingBus)(object)control).Started = started;
        var bus = new RunningBus(control, null!, stopTimeout: TimeSpan.FromMilliseconds(10));
        await bus.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>A bus that starts at once or never, and whose stop never completes.</summary>
    public class HangingBus : DispatchProxy
    {
        private static readonly Task<BusHandle> Never = new TaskCompletionSource<BusHandle>().Task;

        internal bool Started { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IBusControl.StartAsync) && Started ? Task.FromResult<BusHandle>(null!) : Never;
    }
}
