using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>A store for one test, which several services may share one after the other or side by side.</summary>
internal sealed class TestStore : IDisposable
{
    /// <summary>Base64 of 32 bytes: processes that share a SQL Server must be given the key of their secrets.</summary>
    private const string EncryptionKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly TempFolder? _folder;

    private TestStore(StoreKind kind, string connectionString, TempFolder? folder) =>
        (Kind, ConnectionString, _folder) = (kind, connectionString, folder);

    public StoreKind Kind { get; }

    public string ConnectionString { get; }

    /// <summary>What a service must be told to use it, <c>"Storage:Provider=SqlServer"</c> say.</summary>
    public IReadOnlyList<string> Settings => Kind == StoreKind.SqlServer
        ? [$"Storage:Provider={StorageProvider.SqlServer}", $"Storage:ConnectionString={ConnectionString}",
            $"Webhooks:EncryptionKey={EncryptionKey}"]
        : [$"Storage:ConnectionString={ConnectionString}"];

    public static TestStore Create(StoreKind kind) => kind == StoreKind.SqlServer
        ? new TestStore(kind, SqlServerDatabases.Rent(), null)
        : Sqlite(new TempFolder());

    /// <summary>The store in a folder that somebody else removes.</summary>
    public static TestStore In(TempFolder folder) => new(StoreKind.Sqlite, ConnectionTo(folder), null);

    /// <summary>The database itself, without a service.</summary>
    public IDatabase Open() => Kind == StoreKind.SqlServer ? new SqlServerDatabase(ConnectionString) : new SqliteDatabase(ConnectionString);

    /// <summary>Reads past the services that use it.</summary>
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
