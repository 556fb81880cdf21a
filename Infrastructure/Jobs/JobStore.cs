using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Jobs;

/// <summary>
/// Thrown when another worker has claimed the job, or the job is finished. The worker stops and rolls back its open transaction.
/// </summary>
public sealed class JobLostException(string message) : Exception(message);

/// <summary>
/// Stores background jobs. A job is durable once the transaction that adds it commits. One worker at a time runs a job: it holds a lease
/// that every step renews, and its writes succeed only while it holds the lease.
/// </summary>
public sealed class JobStore(IDatabase database, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO jobs (id, kind, request, status, done, created_at) VALUES (@Id, @Kind, @Request, 'queued', 0, @At)
        """;

    private const string Columns = """
        id AS Id, kind AS Kind, request AS Request, status AS Status, position AS Position, done AS Done, total AS Total, result AS Result,
            error AS Error,
        created_at AS CreatedAt, started_at AS StartedAt, finished_at AS FinishedAt
        """;

    private const string SelectOne = "SELECT " + Columns + " FROM jobs WHERE id = @Id";

    private static readonly SqlText SelectFree = new(
        """
        SELECT id FROM jobs
        WHERE finished_at IS NULL AND (lease_until IS NULL OR lease_until <= @Now) AND kind IN (SELECT value FROM json_each(@Kinds))
        ORDER BY created_at, id LIMIT 1
        """,
        """
        SELECT TOP (1) id FROM jobs
        WHERE finished_at IS NULL AND (lease_until IS NULL OR lease_until <= @Now)
            AND kind IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Kinds) WITH (v nvarchar(128) '$') AS j)
        ORDER BY created_at, id
        """);

    private const string Claim = """
        UPDATE jobs SET status = 'running', lease_owner = @Owner, lease_until = @Until, started_at = COALESCE(started_at, @Now)
        WHERE id = @Id AND finished_at IS NULL AND (lease_until IS NULL OR lease_until <= @Now)
        """;

    private const string Advance = """
        UPDATE jobs SET position = @Position, done = @Done, total = @Total, result = @Result, lease_until = @Until
        WHERE id = @Id AND lease_owner = @Owner AND finished_at IS NULL
        """;

    private const string Finish = """
        UPDATE jobs SET status = @Status, error = @Error, position = NULL, finished_at = @Now, lease_owner = NULL, lease_until = NULL
        WHERE id = @Id AND lease_owner = @Owner AND finished_at IS NULL
        """;

    private const string Release =
        "UPDATE jobs SET lease_owner = NULL, lease_until = NULL WHERE id = @Id AND lease_owner = @Owner AND finished_at IS NULL";

    private static readonly SqlText Prune = new(
        "DELETE FROM jobs WHERE id IN (SELECT j.id FROM jobs AS j WHERE j.finished_at < @Before LIMIT @Limit)",
        "DELETE FROM jobs WHERE id IN (SELECT TOP (@Limit) j.id FROM jobs AS j WHERE j.finished_at < @Before)");

    private const int ChunkSize = 1000;

    /// <summary>How long one step may take before another worker may claim the job.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private DateTimeOffset Now => Instant.Truncate(time.GetUtcNow());

    /// <summary>Adds a job in the transaction that causes it. Set <see cref="JobSignal"/> after the commit.</summary>
    /// <returns>The job's id.</returns>
    public async Task<string> AddAsync<T>(DbTransaction transaction, string kind, T request)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var id = "job_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var row = new { Id = id, Kind = kind, Request = JsonSerializer.Serialize(request, JsonSerializerOptions.Web), At = Now };
        await transaction.Connection!.ExecuteAsync(Insert, row, transaction);
        return id;
    }

    /// <summary>The job; null where there is no such job, or it was pruned.</summary>
    public Task<Job?> FindAsync(string id, CancellationToken cancellation) =>
        database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<Job>(SelectOne, new { Id = id }), cancellation);

    /// <summary>
    /// Claims the oldest unfinished job of these kinds that no worker holds; null when there is none, or when another worker claimed it
    /// first.
    /// </summary>
    internal async Task<Job?> ClaimAsync(string owner, IReadOnlyList<string> kinds, CancellationToken cancellation)
    {
        var free = await database.ReadAsync(
            connection => connection.ExecuteScalarAsync<string?>(
                SelectFree.For(connection), new { Now, Kinds = JsonRows.Of(connection, kinds) }), cancellation);
        if (free is null) return null;
        return await database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var claimed = await connection.ExecuteAsync(Claim, new { Id = free, Owner = owner, Now, Until = Now + Lease }, transaction);
                return claimed == 1 ? await connection.QuerySingleAsync<Job>(SelectOne, new { Id = free }, transaction) : null;
            },
            cancellation);
    }

    /// <summary>Stores the job's progress in the transaction of the step, and renews the owner's lease.</summary>
    /// <exception cref="JobLostException">The owner no longer holds the job; the transaction must not commit.</exception>
    internal async Task AdvanceAsync(DbTransaction transaction, Job job, string owner)
    {
        var row = new { job.Id, job.Position, job.Done, job.Total, job.Result, Owner = owner, Until = Now + Lease };
        if (await transaction.Connection!.ExecuteAsync(Advance, row, transaction) != 1)
            throw new JobLostException($"Job {job.Id} is no longer held by this worker.");
    }

    /// <summary>Finishes the job; does nothing when the owner no longer holds it.</summary>
    internal Task FinishAsync(string id, string owner, string status, string? error, CancellationToken cancellation) =>
        ExecuteAsync(Finish, new { Id = id, Owner = owner, Status = status, Error = error, Now }, cancellation);

    /// <summary>Deletes the jobs that finished before an instant.</summary>
    internal Task PruneAsync(DateTimeOffset before, CancellationToken cancellation) => Chunks.WriteAsync(
        database,
        ChunkSize,
        transaction => transaction.Connection!.ExecuteAsync(
            Prune.For(transaction.Connection!), new { Before = before, Limit = ChunkSize }, transaction),
        cancellation);

    /// <summary>Ends the owner's lease, so that another worker can continue the job at once.</summary>
    internal Task ReleaseAsync(string id, string owner, CancellationToken cancellation) =>
        ExecuteAsync(Release, new { Id = id, Owner = owner }, cancellation);

    private Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellation) =>
        database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, parameters, transaction), cancellation);
}
