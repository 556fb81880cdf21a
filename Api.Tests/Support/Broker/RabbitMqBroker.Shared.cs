using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Broker;

/// <content>The broker that all tests share.</content>
internal sealed partial class RabbitMqBroker
{
    private static readonly Lazy<RabbitMqBroker> Instance = new(() => new RabbitMqBroker());

    /// <summary>
    /// The broker of this test run; it is thawed or restarted when a test left it frozen or killed. Where RabbitMQ is not installed, the
    /// test is ignored, or fails if <c>HEALTHAPI_REQUIRE_RABBITMQ</c> is 1.
    /// </summary>
    public static RabbitMqBroker Shared
    {
        get
        {
            if (!IsInstalled) SkipOrFail();
            Instance.Value.Thaw();
            Instance.Value.Restart();
            return Instance.Value;
        }
    }

    public static void DisposeShared()
    {
        if (Instance.IsValueCreated) Instance.Value.Dispose();
    }

    private static void SkipOrFail()
    {
        const string Reason = "RabbitMQ is not installed (rabbitmq-server).";
        if (Environment.GetEnvironmentVariable("HEALTHAPI_REQUIRE_RABBITMQ") == "1") Assert.Fail(Reason);
        Assert.Ignore(Reason);
    }
}
