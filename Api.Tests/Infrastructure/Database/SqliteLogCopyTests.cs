using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>The log of a SQLite file is copied into the file beside the writer, and does not grow without end.</summary>
internal sealed class SqliteLogCopyTests
{
    private const long MiB = 1024 * 1024;

    private const string CreateTable = "CREATE TABLE IF NOT EXISTS filler (bytes BLOB)",
        Fill = "INSERT INTO filler VALUES (zeroblob(4194304))",
        Count = "SELECT COUNT(*) FROM filler";

    private TempFolder _folder = null!;
    private SqliteDatabase _database = null!;

    private string File => _folder.File("health.db");

    [SetUp]
    public async Task Create()
    {
        _folder = new TempFolder();
        _database = new SqliteDatabase($"Data Source={File}");
        await _database.ExecuteAsync(CreateTable);
    }

    [TearDown]
    public void Delete()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task What_was_written_comes_into_the_file_though_the_writer_does_not_copy_it()
    {
        await FillAsync(12);
        await Eventually.TrueAsync(() => new FileInfo(File).Length >= 32 * MiB, "the log is copied into the file");
    }

    [Test]
    public async Task A_writer_without_pauses_begins_the_log_again()
    {
        await FillAsync(100);
        Assert.That(new FileInfo($"{File}-wal").Length, Is.LessThan(330 * MiB), "bytes of the log after 400 MiB");
        Assert.That(await ReadAsync<long>(_database, Count), Is.EqualTo(100));
    }

    [Test]
    public async Task A_process_that_ends_while_the_log_is_copied_leaves_a_whole_file()
    {
        await FillAsync(9);
        _database.Dispose();
        using var again = new SqliteDatabase($"Data Source={File}");
        Assert.That(await ReadAsync<string>(again, "PRAGMA quick_check(1)"), Is.EqualTo("ok"));
        Assert.That(await ReadAsync<long>(again, Count), Is.EqualTo(9));
    }

    private static Task<T?> ReadAsync<T>(SqliteDatabase database, string sql) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<T>(sql), CancellationToken.None);

    private async Task FillAsync(int rows)
    {
        for (var row = 0; row < rows; row++) await _database.ExecuteAsync(Fill);
    }
}
