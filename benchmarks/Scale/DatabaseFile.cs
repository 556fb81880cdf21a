using Dapper;
using Microsoft.Data.Sqlite;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Reads the pages of a SQLite file beside the service.</summary>
internal static class DatabaseFile
{
    private const string UsedBytes = """
        SELECT (p.page_count - f.freelist_count) * s.page_size
        FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s
        """;

    /// <summary>The bytes of the pages in use, whether they are in the file or still in its write-ahead log.</summary>
    public static long Used(string file)
    {
        using var connection = Open(file);
        return connection.ExecuteScalar<long>(UsedBytes);
    }

    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=60");
        connection.Open();
        return connection;
    }
}
