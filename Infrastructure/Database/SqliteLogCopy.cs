using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Copies the log of a SQLite file into the file while the writer goes on. Otherwise the commit that fills the log copies it, and all that
/// wait for the writer wait for that too.
/// </summary>
internal sealed class SqliteLogCopy(string connectionString)
{
    /// <summary>
    /// The pages after which the log is copied: 32 MiB. Pages that are written often, mainly the states of busy accounts, are then copied
    /// once for many commits.
    /// </summary>
    private const int PagesBetween = 8_192;

    /// <summary>SQLite's SQLITE_DBSTATUS_CACHE_WRITE: the pages that the connection has written, here since the last reading.</summary>
    private const int PagesWritten = 9, SinceLast = 1;

    private const string Passive = "PRAGMA wal_checkpoint(PASSIVE)";

    private int _pages;
    private Task _copying = Task.CompletedTask;

    /// <summary>Begins to copy where enough was written. Call it after a commit, before another caller can use the writer.</summary>
    public void Committed(SqliteConnection writer)
    {
        if (raw.sqlite3_db_status(writer.Handle, PagesWritten, out var pages, out _, SinceLast) != raw.SQLITE_OK) return;
        _pages += pages;
        if (_pages < PagesBetween || !_copying.IsCompleted) return;
        _pages = 0;
        _copying = Task.Run(TryCopy);
    }

    /// <summary>Copies the log now.</summary>
    /// <exception cref="SqliteException">The file cannot be read or written.</exception>
    public void Copy()
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        SqliteFiles.Scalar(connection, Passive);
    }

    /// <summary>Waits for a copy in progress.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Wait(TimeSpan patience) => _copying.Wait(patience);

    private void TryCopy()
    {
        try
        {
            Copy();
        }
        catch (SqliteException)
        {
            // The log keeps everything. The writer meets the same failure at its next commit, and reports it.
        }
    }
}
