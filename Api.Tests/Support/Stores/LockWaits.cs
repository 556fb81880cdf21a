using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>
/// Whether somebody waits for a lock on a test's own database of SQL Server, so that a test can wait for that instead of a time.
/// </summary>
internal static class LockWaits
{
    private const string OfSqlServer = """
        SELECT COUNT(*) FROM sys.dm_tran_locks WHERE request_status = 'WAIT' AND resource_database_id = DB_ID()
        """;

    // Babelfish has no such view; its locks are those of PostgreSQL, of which the ones taken by sp_getapplock name no database.
    private const string OfBabelfish = "SELECT COUNT(*) FROM pg_catalog.pg_locks WHERE granted = 0";

    /// <summary>Waits until somebody waits for a lock, or the work that ought to wait has ended.</summary>
    public static Task<bool> WaitsOrEndsAsync(this IDatabase database, Task work) => Eventually.GetAsync(
        async () => work.IsCompleted || await AreThereAsync(database), seen => seen, "somebody waits for a lock, or need not");

    private static async Task<bool> AreThereAsync(IDatabase database)
    {
        var sql = await SqlServerDatabases.IsBabelfishAsync(database) ? OfBabelfish : OfSqlServer;
        return await database.ScalarAsync<long>(sql) > 0;
    }
}
