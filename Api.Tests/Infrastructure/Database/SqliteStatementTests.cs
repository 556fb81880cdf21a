using System.Text;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>A bound value is read back unchanged, and a statement can be used again after a failure.</summary>
internal sealed class SqliteStatementTests
{
    private SqliteConnection _connection = null!;
    private SqliteTransaction _transaction = null!;

    [SetUp]
    public void Open()
    {
        _connection = new SqliteConnection("Data Source=:memory:");
        _connection.Open();
        _transaction = _connection.BeginTransaction();
        _transaction.Statement("CREATE TABLE rows (id INTEGER PRIMARY KEY, words TEXT, bytes BLOB, number REAL)").Execute();
    }

    [TearDown]
    public void Close()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    [TestCase("")]
    [TestCase("plain")]
    [TestCase("Zoë 🙂 with\0 a zero")]
    public void Text_is_read_back_unchanged(string text)
    {
        Insert(1).Bind("$words", text).Execute();
        Assert.That(Read(row => row.Text(1)), Is.EqualTo(text));
        Assert.That(Read(row => Encoding.UTF8.GetString(row.Bytes(1))), Is.EqualTo(text));
    }

    [Test]
    public void Text_longer_than_the_stack_buffer_is_read_back_unchanged()
    {
        var text = new string('é', 5_000);
        Insert(1).Bind("$words", text).Execute();
        Assert.That(Read(row => row.Text(1)), Is.EqualTo(text));
    }

    [Test]
    public void An_empty_value_is_not_null([Values] bool empty)
    {
        Insert(1).BindText("$words", "x"u8[..(empty ? 0 : 1)]).BindBlob("$bytes", new byte[empty ? 0 : 3]).Execute();
        Assert.That(
            _transaction.Statement("SELECT COUNT(*) FROM rows WHERE words IS NOT NULL AND bytes IS NOT NULL").ReadNumber(), Is.EqualTo(1),
            "an empty value is a value");
    }

    [Test]
    public void Null_can_be_bound_after_a_value()
    {
        Insert(1).Bind("$words", "before").Bind("$number", 1.5).Execute();
        Insert(2).Bind("$words", (string?)null).Bind("$number", (double?)null).Execute();
        Assert.That(_transaction.Statement("SELECT COUNT(*) FROM rows WHERE words IS NULL AND number IS NULL").ReadNumber(), Is.EqualTo(1));
    }

    [Test]
    public void No_row_reads_as_null()
    {
        Assert.That(Read(row => row.Text(1)), Is.Null);
        Assert.That(_transaction.Statement("SELECT id FROM rows").ReadNumber(), Is.Null);
    }

    [Test]
    public void A_constraint_violation_throws_and_the_statement_works_again()
    {
        Insert(1).Execute();
        var failure = Assert.Throws<SqliteException>(() => Insert(1).Execute());
        Assert.That(failure.SqliteErrorCode, Is.EqualTo(19), "SQLITE_CONSTRAINT");
        Assert.That(Insert(2).Execute(), Is.EqualTo(1));
    }

    [Test]
    public void The_same_text_is_prepared_once()
    {
        var first = _transaction.Statement("SELECT id FROM rows");
        Assert.That(_transaction.Statement("SELECT id FROM rows"), Is.SameAs(first));
    }

    [Test]
    public void An_unknown_parameter_throws() => Assert.Throws<KeyNotFoundException>(() => Insert(1).Bind("$wrods", "typing mistake"));

    private SqliteStatement Insert(long id) =>
        _transaction.Statement("INSERT INTO rows (id, words, bytes, number) VALUES ($id, $words, $bytes, $number)").Bind("$id", id);

    private T? Read<T>(Func<SqliteStatement, T> read)
        where T : class => _transaction.Statement("SELECT id, words FROM rows").ReadOne(read);
}
