using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using Microsoft.Data.SqlClient;

namespace HealthApi.Api.Tests.Support.Stores;

/// <summary>
/// Databases on the test server. Creating and migrating one takes a second or more, so a returned database is emptied and used again. All
/// are dropped after the last test.
/// </summary>
internal static class SqlServerDatabases
{
    public const string Variable = "HEALTHAPI_TEST_SQLSERVER";

    private static readonly string Prefix = $"healthapi_test_{Environment.ProcessId}_";

    /// <summary>The rows that the migrations insert into an empty database.</summary>
    private const string RowsOfMigrations = """
        INSERT INTO crossing_feed_lease (id, owner, leased_until) VALUES (1, NULL, '1970-01-01T00:00:00');
        INSERT INTO lane_processes (id, part, accepted, taken, seen_at) VALUES (0, 0, 0, 0, '1970-01-01T00:00:00');
        INSERT INTO store_probe (id, written_at, bytes) VALUES (1, '1970-01-01T00:00:00', 0x);
        INSERT INTO clock_mark (id, at) VALUES (1, '1970-01-01T00:00:00');
        INSERT INTO webhook_route_changes (id, number) VALUES (1, 0)
        """;

    private static readonly Lock Gate = new();

    private static readonly Stack<string> Free = new();

    private static int _made;

    private static string? _empty;

    public static bool IsConfigured => ServerConnection is not null;

    private static string? ServerConnection => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    /// <summary>The connection string of a database that does not exist yet.</summary>
    public static string Fresh() => ConnectionTo(Prefix + Interlocked.Increment(ref _made));

    /// <summary>The connection string of a migrated database without other data.</summary>
    public static string Rent()
    {
        lock (Gate)
        {
            if (Free.TryPop(out var free))
                return free;
        }

        var connectionString = Fresh();
        new SqlServerDatabase(connectionString).MigrateAsync(CancellationToken.None).GetAwaiter().GetResult();
        return connectionString;
    }

    /// <summary>Resets a rented database to the rows of the migrations, for the next test.</summary>
    public static void Return(string connectionString)
    {
        using var connection = new SqlConnection(connectionString);
        connection.Open();
        connection.Execute(
            _empty ??= string.Join("; ", TablesChildrenFirst(connection).Select(table => $"DELETE FROM {table}").Append(RowsOfMigrations)));
        lock (Gate) Free.Push(connectionString);
    }

    /// <summary>
    /// Whether the server is Babelfish, which implements T-SQL on PostgreSQL; docs/decisions/0007-sql-server.md lists what it lacks.
    /// </summary>
    public static async Task<bool> IsBabelfishAsync(IDatabase database)
    {
        var version = await database.ScalarAsync<string>("SELECT @@VERSION");
        return version!.Contains("Babelfish", StringComparison.OrdinalIgnoreCase);
    }

    public static void DropAll()
    {
        if (!IsConfigured || _made == 0) return;
        SqlConnection.ClearAllPools();
        using var server = new SqlConnection(ConnectionTo("master"));
        server.Open();
        foreach (
            var name in server.Query<string>("SELECT name FROM sys.databases")
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToList())
        {
            server.Execute($"DROP DATABASE {name}");
        }
    }

    private static string ConnectionTo(string database) =>
        new SqlConnectionStringBuilder(ServerConnection) { InitialCatalog = database }.ToString();

    /// <summary>The tables in an order in which their rows can be deleted: each before the tables it refers to.</summary>
    private static List<string> TablesChildrenFirst(SqlConnection connection)
    {
        const string Tables =
            "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME <> 'schema_versions'";
        const string References =
            "SELECT OBJECT_NAME(parent_object_id) AS Child, OBJECT_NAME(referenced_object_id) AS Parent FROM sys.foreign_keys";
        var parents = connection.Query<(string Child, string Parent)>(References)
            .ToLookup(reference => reference.Parent, reference => reference.Child);
        var ordered = new List<string>();
        foreach (var table in connection.Query<string>(Tables).ToList()) Visit(table);
        return ordered;

        void Visit(string table)
        {
            if (ordered.Contains(table)) return;
            foreach (var child in parents[table].Where(child => child != table)) Visit(child);
            ordered.Add(table);
        }
    }
}
