using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Broker;

/// <summary>Ends the broker that tests may have started.</summary>
[SetUpFixture]
internal sealed class RabbitMqTeardown
{
    [OneTimeTearDown]
    public void Stop() => RabbitMqBroker.DisposeShared();
}
