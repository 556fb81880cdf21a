using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>A proxy around a service: it runs a test's callback before each call. A callback that throws replaces the call.</summary>
public class Intercepted : DispatchProxy
{
    private object _target = null!;
    private Action<MethodInfo, object?[]> _before = null!;

    /// <summary>Wraps the registered service.</summary>
    public static void Add<T>(IServiceCollection services, Action<MethodInfo, object?[]> before)
        where T : class
    {
        var registered = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton<T>(provider =>
        {
            var proxy = Create<T, Intercepted>();
            var target = registered.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!);
            ((Intercepted)(object)proxy)._target = target;
            ((Intercepted)(object)proxy)._before = before;
            return proxy;
        });
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _before(targetMethod!, args ?? []);
        try
        {
            return targetMethod!.Invoke(_target, args);
        }
        catch (TargetInvocationException failure)
        {
            ExceptionDispatchInfo.Throw(failure.InnerException!);
            return null;
        }
    }
}
