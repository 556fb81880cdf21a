using System.Data;
using System.Runtime.ExceptionServices;
using Microsoft.Data.SqlClient;
using Polly;
using Polly.Retry;

namespace HealthApi.Infrastructure.Database.SqlServer;

/// <summary>
/// The retry rules for SQL Server. The driver retries opening a connection (its retry logic is off unless it is configured, as here). A
/// single command is never retried, only a whole transaction.
/// </summary>
internal static class SqlServerRetries
{
    private const int OpeningTries = 3, Tries = 8;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10), LongestDelay = TimeSpan.FromMilliseconds(500);

    private static readonly SqlRetryLogicBaseProvider Opening =
        SqlConfigurableRetryFactory.CreateExponentialRetryProvider(new SqlRetryLogicOption
        {
            NumberOfTries = OpeningTries,
            DeltaTime = TimeSpan.FromMilliseconds(100),
            MaxTimeInterval = TimeSpan.FromSeconds(1),
            TransientErrors =
            [-2, 20, 64, 121, 233, 10053, 10054, 10060, 10928, 10929, 40143, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920],
        });

    /// <summary>
    /// Opens the connection with the driver's retries. Where all fail, throws the last failure instead of the driver's
    /// <see cref="AggregateException"/>.
    /// </summary>
    public static async Task OpenAsync(SqlConnection connection, CancellationToken cancellation)
    {
        connection.RetryLogicProvider = Opening;
        try
        {
            await connection.OpenAsync(cancellation);
        }
        catch (AggregateException exhausted)
        {
            ExceptionDispatchInfo.Throw(exhausted.InnerExceptions[^1]);
        }
    }

    /// <summary>Up to eight tries within about two seconds; jitter keeps two transactions from colliding again.</summary>
    public static ResiliencePipeline Transactions() => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Tries - 1,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstDelay,
            MaxDelay = LongestDelay,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<SqlException>(SqlServerFailures.IsTransient).Handle<DBConcurrencyException>(),
        })
        .Build();
}
