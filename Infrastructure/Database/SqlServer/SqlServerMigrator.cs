using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace HealthApi.Infrastructure.Database.SqlServer;

/// <summary>
/// Creates the database where it is missing, switches <c>READ_COMMITTED_SNAPSHOT</c> on, and applies the missing migrations in order, each
/// once and in its own transaction. An application lock lets only one process migrate at a time. Switching the option on ends all other
/// sessions; a process that is waiting for the lock then retries.
/// </summary>
internal sealed class SqlServerMigrator(string connectionString)
{
    private const int CannotOpenDatabase = 4060, NoSuchDatabase = 911;

    /// <summary>
    /// Command time-out in seconds while another process migrates: a little longer than the lock's own time-out of half an hour, the
    /// documented limit for a migration.
    /// </summary>
    private const int LockPatience = 1830;

    /// <summary>Creating an index or a column may take long, and would take as long again after a time-out.</summary>
    private const int NoTimeout = 0;

    private const string Lock =
        "DECLARE @result int; EXEC @result = sp_getapplock @Resource = 'healthapi.migrate', @LockMode = 'Exclusive', @LockOwner = "
            + "'Session', @LockTimeout = 1800000; SELECT @result;";

    private const string Unlock = "EXEC sp_releaseapplock @Resource = 'healthapi.migrate', @LockOwner = 'Session';";

    private const string CreateDatabase = """
        IF DB_ID(@Name) IS NULL
        BEGIN
            DECLARE @sql nvarchar(400) = N'CREATE DATABASE ' + QUOTENAME(@Name);
            EXEC (@sql);
        END
        """;

    private const string IsSnapshotOn = "SELECT COUNT(*) FROM sys.databases WHERE name = DB_NAME() AND is_read_committed_snapshot_on = 1";

    private const string SwitchSnapshotOn =
        "DECLARE @sql nvarchar(400) = N'ALTER DATABASE ' + QUOTENAME(DB_NAME()) + N' SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK "
            + "IMMEDIATE'; EXEC (@sql);";

    private const string CreateJournal = """
        IF OBJECT_ID('schema_versions', 'U') IS NULL
            CREATE TABLE schema_versions (
                name       nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_schema_versions PRIMARY KEY,
                applied_at datetime2(6) NOT NULL CONSTRAINT df_schema_versions_applied_at DEFAULT SYSUTCDATETIME());
        """;

    private const string AddChecksums =
        "IF COL_LENGTH('schema_versions', 'checksum') IS NULL ALTER TABLE schema_versions ADD checksum nvarchar(64) NULL;";

    private const string Applied = "SELECT name, checksum FROM schema_versions";

    private const string Record = "INSERT INTO schema_versions (name, checksum) VALUES (@Name, @Checksum)";

    private const string Check = "UPDATE schema_versions SET checksum = @Checksum WHERE name = @Name";

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await SqlServerRetries.Transactions().ExecuteAsync(
                async stop =>
                {
                    await using var connection = await OpenAsync(stop);
                    await MigrateAsync(connection, stop);
                },
                cancellation);
        }
        catch (SqlException failure) when (SqlServerFailures.IsOutage(failure))
        {
            throw new StoreUnavailableException("The store cannot be migrated.", failure);
        }
    }

    private async Task<SqlConnection> OpenAsync(CancellationToken cancellation)
    {
        // Not pooled: the lock must end with this session, and the switch to snapshots would break pooled sessions.
        var target = new SqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new SqlConnection(target.ToString());
        try
        {
            await SqlServerRetries.OpenAsync(connection, cancellation);
        }
        catch (SqlException missing) when (missing.Number is CannotOpenDatabase or NoSuchDatabase)
        {
            await CreateAsync(target, cancellation);
            await SqlServerRetries.OpenAsync(connection, cancellation);
        }

        return connection;
    }

    private static async Task CreateAsync(SqlConnectionStringBuilder target, CancellationToken cancellation)
    {
        await using var server =
            new SqlConnection(new SqlConnectionStringBuilder(target.ToString()) { InitialCatalog = "master" }.ToString());
        await SqlServerRetries.OpenAsync(server, cancellation);
        await LockAsync(server, cancellation);
        await server.ExecuteAsync(
            new CommandDefinition(
                CreateDatabase, new { Name = target.InitialCatalog }, commandTimeout: NoTimeout, cancellationToken: cancellation));
        await server.ExecuteAsync(Unlock);
    }

    private static async Task MigrateAsync(SqlConnection connection, CancellationToken cancellation)
    {
        await LockAsync(connection, cancellation);
        if (await connection.ExecuteScalarAsync<int>(IsSnapshotOn) == 0) await connection.ExecuteAsync(SwitchSnapshotOn);
        await connection.ExecuteAsync(CreateJournal);
        await connection.ExecuteAsync(AddChecksums);
        var migrations = MigrationFiles.Of(StorageProvider.SqlServer);
        var applied = new AppliedMigrations(await connection.QueryAsync<(string, string?)>(Applied));
        foreach (var migration in applied.Missing(migrations))
        {
            if (migration.IsInChunks) await ApplyInChunksAsync(connection, migration, cancellation);
            else await ApplyAsync(connection, migration, cancellation);
        }

        foreach (var migration in applied.Unchecked(migrations))
            await connection.ExecuteAsync(Check, new { migration.Name, migration.Checksum });
        await connection.ExecuteAsync(Unlock);
    }

    private static async Task ApplyAsync(SqlConnection connection, Migration migration, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
        foreach (var batch in migration.Batches)
        {
            await connection.ExecuteAsync(
                new CommandDefinition(batch, transaction: transaction, commandTimeout: NoTimeout, cancellationToken: cancellation));
        }

        await connection.ExecuteAsync(Record, new { migration.Name, migration.Checksum }, transaction);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Each chunk commits by itself. An interrupted migration starts again at the first chunk.</summary>
    private static async Task ApplyInChunksAsync(SqlConnection connection, Migration migration, CancellationToken cancellation)
    {
        for (var after = ""; after is not null;)
        {
            after = await connection.ExecuteScalarAsync<string?>(
                new CommandDefinition(migration.Sql, new { After = after }, commandTimeout: NoTimeout, cancellationToken: cancellation));
        }

        await connection.ExecuteAsync(Record, new { migration.Name, migration.Checksum });
    }

    private static async Task LockAsync(SqlConnection connection, CancellationToken cancellation)
    {
        // A negative result means that the lock was not granted; Dapper does not throw for it.
        var granted = await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(Lock, commandTimeout: LockPatience, cancellationToken: cancellation));
        if (granted < 0) throw new StoreUnavailableException("Another process has been migrating the schema for more than half an hour.");
    }
}
