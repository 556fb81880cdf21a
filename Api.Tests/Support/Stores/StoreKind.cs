namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>The databases that behave alike.</summary>
public enum StoreKind
{
    /// <summary>A real file in a temporary folder.</summary>
    Sqlite,

    /// <summary>The server that <c>HEALTHAPI_TEST_SQLSERVER</c> points at; each test has a database of its own.</summary>
    SqlServer,
}
