using NUnit.Framework;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>Base class of fixtures for behaviour that every store must show: the fixture runs once for each available store.</summary>
[TestFixtureSource(nameof(Kinds))]
public abstract class StoreFixture(StoreKind kind)
{
    /// <summary>
    /// SQLite always, and SQL Server if a server is configured. <see cref="SqlServerAvailabilityTests"/> is reported as skipped if none is.
    /// </summary>
    public static IEnumerable<StoreKind> Kinds =>
        SqlServerDatabases.IsConfigured ? [StoreKind.Sqlite, StoreKind.SqlServer] : [StoreKind.Sqlite];

    protected StoreKind Kind { get; } = kind;

    /// <summary>A new store: an empty SQLite file, or a migrated SQL Server database. The test disposes it.</summary>
    internal TestStore NewStore() => TestStore.Create(Kind);
}

/// <summary>Is reported as skipped when a test run did not use SQL Server.</summary>
public sealed class SqlServerAvailabilityTests
{
    [Test]
    public void The_store_fixtures_run_on_SQL_Server_too()
    {
        if (!SqlServerDatabases.IsConfigured)
            Assert.Ignore($"{SqlServerDatabases.Variable} holds no connection string: the store fixtures ran on SQLite only.");
    }
}
