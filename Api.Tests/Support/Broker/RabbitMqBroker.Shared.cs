using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Broker;

/// <content>The one broker that the tests share.</content>
internal sealed partial class RabbitMqBroker
{
    private static readonly Lazy<RabbitMqBroker> OnlyOne = new(() => new RabbitMqBroker());

    /// <summary>
    /// The broker of this test run, running. Ignores the test, or fails it if one is required, where RabbitMQ is not installed.
    /// </summary>
    public static RabbitMqBroker Shared
    {
        get
        {
            if (!IsInstalled) SkipOrFail();
            OnlyOne.Value.Thaw();
            OnlyOne.Value.Restart();
            return OnlyOne.Value;
        }
    }

    public static void DisposeShared()
    {
        if (OnlyOne.IsValueCreated) OnlyOne.Value.Dispose();
    }

    private static void SkipOrFail()
    {
        const string Reason = "RabbitMQ is not installed (rabbitmq-server).";
        if (Environment.GetEnvironmentVariable("HEALTHAPI_REQUIRE_RABBITMQ") == "1") Assert.Fail(Reason);
        Assert.Ignore(Reason);
    }
}
