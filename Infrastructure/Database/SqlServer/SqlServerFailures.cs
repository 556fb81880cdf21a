using Microsoft.Data.SqlClient;

namespace HealthApi.Infrastructure.Database.SqlServer;

/// <summary>
/// What an error of the server means. Numbers: "Database Engine events and errors" and "Troubleshoot transient connection errors in Azure SQL"
/// of Microsoft's documentation.
/// </summary>
internal static class SqlServerFailures
{
    private const byte FatalSeverity = 20;

    /// <summary>Deadlock victim, lock time-out, snapshot conflict: the transaction was rolled back.</summary>
    private static readonly HashSet<int> Contention = [1204, 1205, 1222, 3935, 3960, 3961];

    /// <summary>Two processes have created the same row: the second finds it when it looks again.</summary>
    private static readonly HashSet<int> Twins = [2601, 2627];

    /// <summary>Time-outs and broken connections, and the service busy, moving or starting.</summary>
    private static readonly HashSet<int> Passing =
    [
        -2, 20, 64, 121, 233, 258, 596, 615, 997, 1203, 4060, 4221, 10053, 10054, 10060, 10061, 10928, 10929, 11001,
        40143, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
    ];

    /// <summary>Log or disk full, read-only, shutting down, I/O errors, login refused, database offline or in recovery.</summary>
    private static readonly HashSet<int> Outages =
        [-1, 2, 53, 40, 823, 824, 825, 845, 921, 922, 923, 924, 945, 1101, 1105, 3906, 3908, 6005, 8645, 8651, 9001, 9002, 17142, 18401, 18456, 18488];

    /// <summary>Worth running the whole transaction again at once.</summary>
    public static bool IsTransient(SqlException failure) => Has(failure, Contention) || Has(failure, Twins) || Has(failure, Passing);

    /// <summary>Nothing of the transaction is there, for certain.</summary>
    public static bool IsRolledBack(SqlException failure) => Has(failure, Contention);

    /// <summary>The store is away or cannot write now; not a defect.</summary>
    public static bool IsOutage(SqlException failure) =>
        failure.Class >= FatalSeverity || Has(failure, Contention) || Has(failure, Passing) || Has(failure, Outages);

    /// <summary>The driver has no error class of its own for this.</summary>
    public static bool IsPoolExhausted(InvalidOperationException failure) =>
        failure.Source?.Contains("SqlClient", StringComparison.Ordinal) == true && failure.Message.Contains("pool", StringComparison.Ordinal);

    private static bool Has(SqlException failure, HashSet<int> numbers) => failure.Errors.Cast<SqlError>().Any(error => numbers.Contains(error.Number));
}
