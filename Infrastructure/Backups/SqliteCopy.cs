using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HealthApi.Infrastructure.Backups;

/// <summary>Copies SQLite databases that are in use, and looks whether a copy is whole.</summary>
internal static class SqliteCopy
{
    private const int PagesPerStep = 2_000;

    private const string TakeSnapshot = "SELECT COUNT(*) FROM sqlite_schema", Check = "PRAGMA quick_check(1)";

    /// <summary>Without the log, so that the copy is one file.</summary>
    private const string OneFile = "PRAGMA journal_mode = DELETE";

    /// <summary>What is written here is thrown away where it does not come to an end.</summary>
    private const string Careless = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";

    /// <summary>
    /// Copies the state at this moment into a new file that only its owner can read, step by step, so that it can show progress and be
    /// stopped. Writers never wait for it: it reads one snapshot, whatever is committed meanwhile.
    /// </summary>
    /// <param name="progress">Gets the copied share, 0 to 1.</param>
    /// <exception cref="SqliteException">The database cannot be read, or the copy not be written.</exception>
    public static void Copy(string source, string destination, Action<double> progress, CancellationToken cancellation)
    {
        new FileStream(destination, OwnerFile.New()).Dispose();
        using var from = Open(source, SqliteOpenMode.ReadWrite);
        using var to = Open(destination, SqliteOpenMode.ReadWrite);
        SqliteFiles.Execute(to, Careless);
        // The backup would begin again after every commit of another process, were it not for this transaction's snapshot.
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

    /// <exception cref="BackupException">The file is no whole database.</exception>
    public static void CheckWhole(string path, string name) => Use(path, name, connection => SqliteFiles.Scalar(connection, Check) is "ok"
        ? true
        : throw new BackupException($"{name} is damaged: PRAGMA integrity_check tells more."));

    /// <summary>Opens a database that nobody else uses, works on it and closes it.</summary>
    /// <exception cref="BackupException">It is no database.</exception>
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
