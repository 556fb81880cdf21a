using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Drops the databases of the tests after the last test.</summary>
[SetUpFixture]
internal sealed class SqlServerTeardown
{
    [OneTimeTearDown]
    public void Drop() => SqlServerDatabases.DropAll();
}
