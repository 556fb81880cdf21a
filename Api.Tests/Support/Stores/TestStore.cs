using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store for one test; several services may use it, one after the other or at the same time.</summary>
internal sealed class TestStore : IDisposable
{
    /// <summary>Base64 of 32 bytes: with SQL Server the service requires a key for its secrets.</summary>
    private const string EncryptionKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly TempFolder? _folder;

    private TestStore(StoreKind kind, string connectionString, TempFolder? folder) =>
        (Kind, ConnectionString, _folder) = (kind, connectionString, folder);

    public StoreKind Kind { get; }

    public string ConnectionString { get; }

    /// <summary>The settings with which a service uses this store, for example <c>"Storage:Provider=SqlServer"</c>.</summary>
    public IReadOnlyList<string> Settings => Kind == StoreKind.SqlServer
        ? [$"Storage:Provider={StorageProvider.SqlServer}", $"Storage:ConnectionString={ConnectionString}",
            $"Webhooks:EncryptionKey={EncryptionKey}"]
        : [$"Storage:ConnectionString={ConnectionString}"];

    public static TestStore Create(StoreKind kind) => kind == StoreKind.SqlServer
        ? new TestStore(kind, SqlServerDatabases.Rent(), null)
        : Sqlite(new TempFolder());

    /// <summary>An SQLite store in a folder that the caller deletes.</summary>
    public static TestStore In(TempFolder folder) => new(StoreKind.Sqlite, ConnectionTo(folder), null);

    /// <summary>Opens the database without a service.</summary>
    public IDatabase Open() => Kind == StoreKind.SqlServer ? new SqlServerDatabase(ConnectionString) : new SqliteDatabase(ConnectionString);

    /// <summary>Reads the database directly, without a service.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql)
    {
        var database = Open();
        using var closing = database as IDisposable;
        return [.. await database.ReadAsync(connection => connection.QueryAsync<T>(sql), CancellationToken.None)];
    }

    public void Dispose()
    {
        if (Kind == StoreKind.SqlServer) SqlServerDatabases.Return(ConnectionString);
        _folder?.Dispose();
    }

    private static TestStore Sqlite(TempFolder folder) => new(StoreKind.Sqlite, ConnectionTo(folder), folder);

    private static string ConnectionTo(TempFolder folder) => $"Data Source={folder.File("health.db")}";
}
