using Microsoft.Data.SqlClient;

namespace HealthApi.Infrastructure.Database.SqlServer;

/// <summary>
/// Classifies errors of the server. Source of the numbers: "Database Engine events and errors" and "Troubleshoot transient connection
/// errors in Azure SQL" in Microsoft's documentation.
/// </summary>
internal static class SqlServerFailures
{
    private const byte FatalSeverity = 20;

    /// <summary>Out of locks, deadlock victim, lock time-out, snapshot conflict: the transaction was rolled back.</summary>
    private static readonly HashSet<int> Contention = [1204, 1205, 1222, 3935, 3960, 3961];

    /// <summary>Unique key violation: another process has created the same row, which the transaction finds when it runs again.</summary>
    private static readonly HashSet<int> UniqueKeyViolations = [2601, 2627];

    /// <summary>Broken connections, and a server that is busy, failing over or starting.</summary>
    private static readonly HashSet<int> Transient =
    [
        20, 64, 121, 233, 258, 596, 615, 997, 1203, 4060, 4221, 10053, 10054, 10060, 10061, 10928, 10929, 11001,
        40143, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
    ];

    /// <summary>
    /// Log, disk or quota full, read-only, shutting down, I/O errors, login refused, database offline or in recovery, a session ended
    /// because of its resource use. A command that timed out is not run again at once, because it would take as long again.
    /// </summary>
    private static readonly HashSet<int> Outages =
    [
        -2, -1, 2, 53, 40, 823, 824, 825, 845, 921, 922, 923, 924, 945, 1101, 1105, 3906, 3908, 6005, 8645, 8651, 9001, 9002, 17142, 18401,
        18456, 18488,
        40544, 40549, 40550, 40551, 40552, 40553,
    ];

    /// <summary>Worth running the whole transaction again at once.</summary>
    public static bool IsTransient(SqlException failure) =>
        Has(failure, Contention) || Has(failure, UniqueKeyViolations) || Has(failure, Transient) || IsBrokenConnection(failure);

    /// <summary>The transaction was rolled back for certain.</summary>
    public static bool IsRolledBack(SqlException failure) => Has(failure, Contention);

    /// <summary>The store cannot be reached or written now; not a defect.</summary>
    public static bool IsOutage(SqlException failure) =>
        failure.Class >= FatalSeverity || Has(failure, Contention) || Has(failure, Transient) || Has(failure, Outages);

    /// <summary>The connection pool is exhausted. The driver has no exception type for it, so the message is searched.</summary>
    public static bool IsPoolExhausted(InvalidOperationException failure) =>
        failure.Source?.Contains("SqlClient", StringComparison.Ordinal) == true
            && failure.Message.Contains("pool", StringComparison.Ordinal);

    /// <summary>On systems other than Windows the driver reports a broken connection with the number 0.</summary>
    private static bool IsBrokenConnection(SqlException failure) => failure.Class >= FatalSeverity && failure.Number == 0;

    private static bool Has(SqlException failure, HashSet<int> numbers) =>
        failure.Errors.Cast<SqlError>().Any(error => numbers.Contains(error.Number));
}
