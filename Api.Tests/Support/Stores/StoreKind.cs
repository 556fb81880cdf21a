namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>The supported databases.</summary>
public enum StoreKind
{
    /// <summary>A real file in a temporary folder.</summary>
    Sqlite,

    /// <summary>A database of its own for each test, on the server that <c>HEALTHAPI_TEST_SQLSERVER</c> names.</summary>
    SqlServer,
}
