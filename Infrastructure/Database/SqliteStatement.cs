using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// A prepared statement on SQLite's native interface, for statements that run once per event or account: there ADO.NET's parameters and
/// readers take more time than SQLite itself. Bind every parameter, then execute or read. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int LargestOnStack = 1024, MaxUtf8PerChar = 3;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly Dictionary<string, int> _parameters;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _parameters = Enumerable.Range(1, raw.sqlite3_bind_parameter_count(_statement))
            .ToDictionary(index => raw.sqlite3_bind_parameter_name(_statement, index).utf8_to_string(), StringComparer.Ordinal);
    }

    public SqliteStatement Bind(string name, long? value)
    {
        Check(
            value is { } number ? raw.sqlite3_bind_int64(_statement, _parameters[name], number)
            : raw.sqlite3_bind_null(_statement, _parameters[name]));
        return this;
    }

    public SqliteStatement Bind(string name, double? value)
    {
        Check(
            value is { } number ? raw.sqlite3_bind_double(_statement, _parameters[name], number)
            : raw.sqlite3_bind_null(_statement, _parameters[name]));
        return this;
    }

    public SqliteStatement Bind(string name, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(_statement, _parameters[name]));
            return this;
        }

        var most = value.Length * MaxUtf8PerChar;
        Span<byte> utf8 = most <= LargestOnStack ? stackalloc byte[LargestOnStack] : new byte[most];
        return BindText(name, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
    }

    /// <summary>Text that is UTF-8 already.</summary>
    public SqliteStatement BindText(string name, ReadOnlySpan<byte> utf8)
    {
        // An empty span has a null address, which SQLite would store as NULL.
        Check(
            utf8.IsEmpty ? raw.sqlite3_bind_text(_statement, _parameters[name], "")
            : raw.sqlite3_bind_text(_statement, _parameters[name], utf8));
        return this;
    }

    public SqliteStatement BindBlob(string name, ReadOnlySpan<byte> bytes)
    {
        Check(
            bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, _parameters[name], 0)
            : raw.sqlite3_bind_blob(_statement, _parameters[name], bytes));
        return this;
    }

    /// <summary>Runs the statement and returns the number of changed rows.</summary>
    public int Execute()
    {
        Step();
        raw.sqlite3_reset(_statement);
        return raw.sqlite3_changes(_database);
    }

    /// <summary>The first row, or null where there is none.</summary>
    public T? ReadOne<T>(Func<SqliteStatement, T?> read)
        where T : class
    {
        try
        {
            return Step() ? read(this) : null;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    public IReadOnlyList<T> ReadAll<T>(Func<SqliteStatement, T> read)
    {
        var rows = new List<T>();
        try
        {
            while (Step()) rows.Add(read(this));
            return rows;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>The number in the first column of the first row; null where there is none.</summary>
    public long? ReadNumber()
    {
        try
        {
            return Step() ? Number(0) : null;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    public long? Number(int column) =>
        raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? TextOrNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : Text(column);

    /// <summary>A blob, or text as UTF-8. Valid only until the next row is read or the statement is reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>Not needed where the statement lives as long as its connection.</summary>
    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE) return result == raw.SQLITE_ROW;
        raw.sqlite3_reset(_statement);
        SqliteException.ThrowExceptionForRC(result, _database);
        return false;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
