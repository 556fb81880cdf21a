using System.Data;
using Dapper;
using HealthApi.Core.Primitives;
using Microsoft.Data.SqlClient;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Dapper's handlers for the types that the databases store differently. Instants: <c>INTEGER</c> microseconds since 1970 on SQLite,
/// <c>datetime2(6)</c> in UTC on SQL Server. Money (every <see cref="decimal"/>): <c>INTEGER</c> ten-thousandths on SQLite,
/// <c>decimal(19,4)</c> on SQL Server.
/// </summary>
internal static class SqlTypes
{
    private const decimal TenThousandths = 10_000m;

    private static readonly Lock Once = new();

    private static bool _registered;

    public static void Register()
    {
        lock (Once)
        {
            if (_registered) return;
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
            SqlMapper.AddTypeHandler(new InstantHandler());
            SqlMapper.RemoveTypeMap(typeof(decimal));
            SqlMapper.RemoveTypeMap(typeof(decimal?));
            SqlMapper.AddTypeHandler(new MoneyHandler());
            _registered = true;
        }
    }

    /// <summary>Money as SQLite stores it, rounded to four decimals.</summary>
    public static long ToTenThousandths(decimal value) => (long)decimal.Round(value * TenThousandths);

    /// <inheritdoc cref="ToTenThousandths(decimal)"/>
    public static long? ToTenThousandths(decimal? value) => value is { } amount ? ToTenThousandths(amount) : null;

    /// <summary>The inverse of <see cref="ToTenThousandths(decimal?)"/>.</summary>
    public static decimal? FromTenThousandths(long? value) => value / TenThousandths;

    /// <summary>Converts a value that a driver returned to an instant.</summary>
    public static DateTimeOffset ToInstant(object value) => value is long microseconds
        ? Instant.FromMicroseconds(microseconds)
        : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

    /// <summary>
    /// Converts a value that a driver returned to an amount. SQL Server returns every amount with four decimals; trailing zeros are
    /// removed, so that both databases give the same text.
    /// </summary>
    public static decimal ToMoney(object value) =>
        (value is long tenThousandths ? tenThousandths : ToTenThousandths((decimal)value)) / TenThousandths;

    /// <summary>UTC, truncated to microseconds, the precision of both databases.</summary>
    public static DateTime ToDateTime2(this DateTimeOffset instant) => Instant.Truncate(instant).UtcDateTime;

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        private const byte Microseconds = 6;

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            if (parameter is SqlParameter typed)
            {
                (typed.SqlDbType, typed.Scale, typed.Value) = (SqlDbType.DateTime2, Microseconds, value.ToDateTime2());
                return;
            }

            (parameter.DbType, parameter.Value) = (DbType.Int64, value.ToMicroseconds());
        }

        public override DateTimeOffset Parse(object value) => ToInstant(value);
    }

    private sealed class MoneyHandler : SqlMapper.TypeHandler<decimal>
    {
        private const byte Digits = 19, Decimals = 4;

        public override void SetValue(IDbDataParameter parameter, decimal value)
        {
            if (parameter is SqlParameter typed)
            {
                (typed.SqlDbType, typed.Precision, typed.Scale, typed.Value) =
                    (SqlDbType.Decimal, Digits, Decimals, decimal.Round(value, Decimals));
                return;
            }

            (parameter.DbType, parameter.Value) = (DbType.Int64, ToTenThousandths(value));
        }

        public override decimal Parse(object value) => ToMoney(value);
    }
}
