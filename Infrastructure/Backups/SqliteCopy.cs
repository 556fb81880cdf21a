using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HealthApi.Infrastructure.Backups;

/// <summary>Copies SQLite databases that are in use, and checks copies for damage.</summary>
internal static class SqliteCopy
{
    private const int PagesPerStep = 2_000;

    private const string TakeSnapshot = "SELECT COUNT(*) FROM sqlite_schema", Check = "PRAGMA quick_check(1)";

    /// <summary>Leaves WAL mode, so that the copy is a single file.</summary>
    private const string OneFile = "PRAGMA journal_mode = DELETE";

    /// <summary>No durability, for speed: an unfinished copy is deleted.</summary>
    private const string NotDurable = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";

    /// <summary>
    /// Copies a snapshot of the database into a new file that only its owner can read. It copies in steps, so that it can report progress
    /// and be cancelled. Writers do not wait for it, and their later commits are not in the copy.
    /// </summary>
    /// <param name="progress">Called with the copied share, 0 to 1.</param>
    /// <exception cref="SqliteException">The database cannot be read, or the copy cannot be written.</exception>
    public static void Copy(string source, string destination, Action<double> progress, CancellationToken cancellation)
    {
        new FileStream(destination, OwnerFile.New()).Dispose();
        using var from = Open(source, SqliteOpenMode.ReadWrite);
        using var to = Open(destination, SqliteOpenMode.ReadWrite);
        SqliteFiles.Execute(to, NotDurable);
        // Without the snapshot of this transaction SQLite would restart the backup after every commit of another process.
        using var snapshot = from.BeginTransaction(deferred: true);
        SqliteFiles.Scalar(from, TakeSnapshot, snapshot);
        using (var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main"))
        {
            if (backup.IsInvalid) SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(to.Handle), to.Handle);
            for (var result = raw.SQLITE_OK; result != raw.SQLITE_DONE;)
            {
                cancellation.ThrowIfCancellationRequested();
                result = raw.sqlite3_backup_step(backup, PagesPerStep);
                if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE)) SqliteException.ThrowExceptionForRC(result, to.Handle);
                progress(1 - (raw.sqlite3_backup_remaining(backup) / (double)Math.Max(1, raw.sqlite3_backup_pagecount(backup))));
            }
        }

        SqliteFiles.Execute(to, OneFile);
    }

    /// <summary>Runs SQLite's quick check.</summary>
    /// <exception cref="BackupException">The file is damaged or not a database.</exception>
    public static void CheckWhole(string path, string name) => Use(path, name, connection => SqliteFiles.Scalar(connection, Check) is "ok"
        ? true
        : throw new BackupException($"{name} is damaged. PRAGMA integrity_check lists what is wrong."));

    /// <summary>Opens a database that nothing else uses, runs the work and closes it.</summary>
    /// <exception cref="BackupException">The file is damaged or not a database.</exception>
    public static T Use<T>(string path, string name, Func<SqliteConnection, T> work)
    {
        try
        {
            using var connection = Open(path, SqliteOpenMode.ReadWrite);
            return work(connection);
        }
        catch (SqliteException failure) when (!SqliteFailures.IsOutage(failure))
        {
            throw new BackupException($"{name} is damaged. {failure.Message}", failure);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10 };
        var connection = new SqliteConnection(builder.ToString());
        connection.Open();
        return connection;
    }
}
