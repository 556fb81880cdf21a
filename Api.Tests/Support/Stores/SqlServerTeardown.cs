using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Drops the databases that tests have made.</summary>
[SetUpFixture]
internal sealed class SqlServerTeardown
{
    [OneTimeTearDown]
    public void Drop() => SqlServerDatabases.DropAll();
}
