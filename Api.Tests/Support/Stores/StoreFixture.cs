using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A contract that every store keeps: the fixture runs once for each store that is there.</summary>
[TestFixtureSource(nameof(Kinds))]
public abstract class StoreFixture(StoreKind kind)
{
    /// <summary>
    /// SQLite always; SQL Server where a server is given (<see cref="SqlServerIsThere"/> says so, visibly, where none is).
    /// </summary>
    public static IEnumerable<StoreKind> Kinds => SqlServerDatabases.IsThere ? [StoreKind.Sqlite, StoreKind.SqlServer] : [StoreKind.Sqlite];

    protected StoreKind Kind { get; } = kind;

    /// <summary>A store with nothing in it, not migrated; goes with the test that made it.</summary>
    internal TestStore NewStore() => TestStore.Create(Kind);
}

/// <summary>Tells that a run went without SQL Server.</summary>
public sealed class SqlServerIsThere
{
    [Test]
    public void The_contract_fixtures_run_on_SQL_Server_too()
    {
        if (!SqlServerDatabases.IsThere)
            Assert.Ignore($"{SqlServerDatabases.Variable} holds no connection string: the contract fixtures ran on SQLite only.");
    }
}
