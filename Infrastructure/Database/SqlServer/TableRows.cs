using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;

namespace HealthApi.Infrastructure.Database.SqlServer;

/// <summary>
/// Sends rows as a table-valued parameter: typed, in one round trip, without conversion to text. The driver refuses an empty list.
/// </summary>
internal static class TableRows
{
    private const byte Microseconds = 6;

    public static SqlMapper.ICustomQueryParameter Of(string typeName, IEnumerable<SqlDataRecord> rows) => new Parameter(typeName, rows);

    public static SqlMetaData Text(string name, int length) => new(name, SqlDbType.NVarChar, length);

    public static SqlMetaData LongText(string name) => new(name, SqlDbType.NVarChar, SqlMetaData.Max);

    public static SqlMetaData Bytes(string name) => new(name, SqlDbType.VarBinary, SqlMetaData.Max);

    public static SqlMetaData Instant(string name) => new(name, SqlDbType.DateTime2, 0, Microseconds);

    public static void SetText(this SqlDataRecord record, int column, string? value)
    {
        if (value is null) record.SetDBNull(column);
        else record.SetString(column, value);
    }

    public static void SetNumber(this SqlDataRecord record, int column, long? value)
    {
        if (value is { } number) record.SetInt64(column, number);
        else record.SetDBNull(column);
    }

    public static void SetScore(this SqlDataRecord record, int column, double? value)
    {
        if (value is { } number) record.SetDouble(column, number);
        else record.SetDBNull(column);
    }

    public static void SetInstant(this SqlDataRecord record, int column, DateTimeOffset? value)
    {
        if (value is { } instant) record.SetDateTime(column, instant.ToDateTime2());
        else record.SetDBNull(column);
    }

    private sealed class Parameter(string typeName, IEnumerable<SqlDataRecord> rows) : SqlMapper.ICustomQueryParameter
    {
        public void AddParameter(IDbCommand command, string name) =>
            command.Parameters.Add(new SqlParameter(name, SqlDbType.Structured) { TypeName = typeName, Value = rows });
    }
}
