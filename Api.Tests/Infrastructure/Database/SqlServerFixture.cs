using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>What only a server can show: a process talks to it over a wire, and beside others.</summary>
[Category("SqlServer")]
public abstract class SqlServerFixture
{
    [OneTimeSetUp]
    public void NeedAServer()
    {
        if (!SqlServerDatabases.IsThere) Assert.Ignore($"{SqlServerDatabases.Variable} holds no connection string.");
    }
}
