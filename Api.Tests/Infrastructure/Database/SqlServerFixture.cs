using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>Base of the tests that need a SQL Server, because they use the network or several processes.</summary>
[Category("SqlServer")]
public abstract class SqlServerFixture
{
    [OneTimeSetUp]
    public void NeedAServer()
    {
        if (!SqlServerDatabases.IsConfigured) Assert.Ignore($"{SqlServerDatabases.Variable} holds no connection string.");
    }
}
