using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>
/// Detects lock waits on a test's SQL Server database, so that a test can wait for a lock wait instead of for a fixed time.
/// </summary>
internal static class LockWaits
{
    private const string OfSqlServer = """
        SELECT COUNT(*) FROM sys.dm_tran_locks WHERE request_status = 'WAIT' AND resource_database_id = DB_ID()
        """;

    // Babelfish lacks that view, so this reads PostgreSQL's. It counts all databases: the locks of sp_getapplock name none.
    private const string OfBabelfish = "SELECT COUNT(*) FROM pg_catalog.pg_locks WHERE granted = 0";

    /// <summary>Waits until a connection waits for a lock, or the work has ended without waiting.</summary>
    public static Task<bool> WaitsOrEndsAsync(this IDatabase database, Task work) => Eventually.GetAsync(
        async () => work.IsCompleted || await AnyAsync(database), seen => seen, "a connection waits for a lock, or the work has ended");

    private static async Task<bool> AnyAsync(IDatabase database)
    {
        var sql = await SqlServerDatabases.IsBabelfishAsync(database) ? OfBabelfish : OfSqlServer;
        return await database.ScalarAsync<long>(sql) > 0;
    }
}
