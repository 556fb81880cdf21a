using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Sql;

/// <summary>
/// Checks of the T-SQL that need no server: it parses as T-SQL of SQL Server 2019, uses only allowed constructs, and takes values as
/// parameters.
/// </summary>
internal sealed partial class SqlServerStatementTests
{
    [TestCaseSource(typeof(SqlServerStatements), nameof(SqlServerStatements.All))]
    public void Every_statement_parses_and_uses_only_allowed_constructs(string sql) =>
        Assert.That(AllowedSql.Violations(sql), Is.Empty, sql);

    [TestCase("MERGE accounts AS a USING accounts AS b ON a.id = b.id WHEN MATCHED THEN DELETE;")]
    [TestCase("SELECT id FROM accounts ORDER BY id OFFSET 5 ROWS")]
    [TestCase("SELECT id FROM accounts WITH (NOLOCK)")]
    [TestCase("SELECT FORMAT(arr, 'C') FROM accounts")]
    [TestCase("SELECT id FROM accounts LIMIT 5")]
    [TestCase("DROP TABLE accounts")]
    [TestCase("SELECT r.accountId FROM OPENJSON(@Rows) WITH (accountId nvarchar(128)) AS r")]
    [TestCase("SELECT id FROM accounts WHERE id IN (SELECT value FROM OPENJSON(@Ids))")]
    [TestCase("DECLARE @added TABLE (id bigint NOT NULL); SELECT id FROM @added")]
    [TestCase("CREATE TYPE some_rows AS TABLE (id bigint NOT NULL)")]
    [TestCase("SELECT id FROM accounts OPTION (MAXDOP 1)")]
    public void A_construct_that_is_not_allowed_is_found(string sql) => Assert.That(AllowedSql.Violations(sql), Is.Not.Empty);

    /// <summary>The statements of a type run in the order of its fields.</summary>
    [TestCaseSource(typeof(SqlServerStatements), nameof(SqlServerStatements.OfTypes))]
    public void A_row_that_may_be_absent_is_inserted_before_it_is_updated(string[] texts) =>
        Assert.That(UpsertOrder.Violations(texts), Is.Empty);

    [TestCase(
        "UPDATE c SET value = 1 FROM ingestion_counters AS c; INSERT INTO ingestion_counters (name, value) SELECT 'a', 1 WHERE NOT EXISTS "
            + "(SELECT 1 FROM ingestion_counters)", 1)]
    [TestCase(
        "INSERT INTO ingestion_counters (name, value) SELECT 'a', 0 WHERE NOT EXISTS (SELECT 1 FROM ingestion_counters); UPDATE "
            + "ingestion_counters SET value = 1", 0)]
    [TestCase(
        "UPDATE thresholds SET version = 2; INSERT INTO ingestion_counters (name, value) SELECT 'a', 0 WHERE NOT EXISTS (SELECT 1 FROM "
            + "ingestion_counters)", 0)]
    public void Inserting_if_absent_after_an_update_is_found(string sql, int violations) =>
        Assert.That(UpsertOrder.Violations(sql), Has.Count.EqualTo(violations));

    [TestCaseSource(typeof(SqlServerStatements), nameof(SqlServerStatements.ToBeBounded))]
    public void Growing_tables_are_changed_in_chunks(string sql) => Assert.That(BoundedChunks.Violations(sql), Is.Empty, sql);

    [TestCase("DELETE FROM events WHERE account_id = @Id", 1)]
    [TestCase("UPDATE d SET status = 'held' FROM webhook_deliveries AS d WHERE d.subscription_id = @Id", 1)]
    [TestCase("DELETE FROM events WHERE seq IN (SELECT TOP (@Limit) e.seq FROM events AS e WHERE e.account_id = @Id)", 0)]
    [TestCase("UPDATE TOP (@Limit) webhook_deliveries SET status = 'held' WHERE subscription_id = @Id", 0)]
    [TestCase("UPDATE webhook_deliveries SET status = 'held' WHERE id = @Id", 0)]
    [TestCase("DELETE FROM events WHERE seq IN (SELECT j.v FROM OPENJSON(@Seqs) WITH (v bigint '$') AS j)", 0)]
    public void A_change_of_any_number_of_rows_is_found(string sql, int violations) =>
        Assert.That(BoundedChunks.Violations(sql), Has.Count.EqualTo(violations));

    [Test]
    public void More_than_100_statements_are_found() => Assert.That(SqlServerStatements.All().Count(), Is.GreaterThan(100));

    /// <summary>These tests do not find a text inside a call, and an interpolated text has values where parameters belong.</summary>
    [Test]
    public void Every_SQL_text_is_in_a_field_and_none_is_interpolated()
    {
        var loose = from path in SourceTree.Files("Infrastructure", "*.cs")
                    from match in Loose().Matches(File.ReadAllText(path))
                    select $"{Path.GetFileName(path)}: {match.Value.ReplaceLineEndings(" ")}";
        Assert.That(loose, Is.Empty);
    }

    [GeneratedRegex(
        @"Async(<[^;(]*>)?\(\s*\$*""+\s*(SELECT|INSERT|UPDATE|DELETE|DECLARE)\b|\$+""+[^""]*\b(SELECT .* FROM|INSERT INTO|UPDATE .* SET|DELETE FROM)\b")]
    private static partial Regex Loose();
}
