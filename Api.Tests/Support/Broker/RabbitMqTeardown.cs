using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Broker;

/// <summary>Stops the shared broker after the last test, if a test started it.</summary>
[SetUpFixture]
internal sealed class RabbitMqTeardown
{
    [OneTimeTearDown]
    public void Stop() => RabbitMqBroker.DisposeShared();
}
