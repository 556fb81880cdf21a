using System.IO.Compression;
using HealthApi.Api.Commands;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands.Import;

public sealed class ImportCommandTests
{
    private const string Mapping = """
        {
          "source": "crm",
          "accounts": [{ "id": "{account}", "fields": { "name": "{name}", "licences": { "column": "seats", "as": "integer" } } }],
          "events": [
            { "when": { "column": "nps", "empty": false }, "id": "{row}:nps", "type": "nps.responded", "accountId": "{account}",
              "occurredAt": { "column": "day", "as": "time" }, "data": { "score": { "column": "nps", "as": "integer" } } },
            { "when": { "column": "left", "op": "==", "value": true }, "id": "{row}:left", "type": "relationship.champion_left",
                "accountId": "{account}",
              "occurredAt": { "column": "day", "as": "time" } }
          ]
        }
        """;

    private const string Header = "row,account,name,seats,day,nps,left\n";

    private TempFolder _folder = null!;

    private static ManualTimeProvider Clock => new(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero));

    [SetUp]
    public void Begin() => _folder = new TempFolder();

    [TearDown]
    public void End() => _folder.Dispose();

    [Test]
    public async Task Rows_become_accounts_and_events_and_rejected_outputs_are_listed_with_their_line()
    {
        var run = await ImportAsync(Header + """
            1,acme,Acme,12,2026-11-01,9,no
            2,acme,Acme,12,2026-11-02,11,yes
            3,beta,Beta,many,2026-11-02,,no
            4,beta,Beta,3,2020-01-01,8,no
            5,gamma,Gamma
            """);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(run.Output, Does.Contain("2 new, 0 duplicates, 0 conflicts").And.Contain("2 created, 0 updated, 1 unchanged"));
        Assert.That(run.Output, Does.Contain("rejected  4 (invalid_format 2, out_of_range 2)").And.Contain("--Retention:Events"));
        Assert.That(
            (await File.ReadAllLinesAsync(_folder.File("rejected.csv"))).Select(line => string.Join(',', line.Split(',').Take(4))),
            Is.EqualTo(new[]
        {
            "file,line,output,pointer",
            "\"rows.csv\",3,\"/events/0\",\"/data/score\"",
            "\"rows.csv\",4,\"/accounts/0\",\"/licences\"",
            "\"rows.csv\",5,\"/events/0\",\"/occurredAt\"",
            "\"rows.csv\",6,\"\",\"\"",
        }));
    }

    [Test]
    public async Task Importing_again_gives_duplicates_and_changed_content_is_a_conflict()
    {
        await ImportAsync(Header + "1,acme,Acme,12,2026-11-01,9,no\n");
        var again = await ImportAsync(Header + "1,acme,Acme,12,2026-11-01,9,no\n");
        var other = await ImportAsync(Header + "1,acme,Acme Inc,12,2026-11-01,3,no\n");

        Assert.That(again.Output, Does.Contain("0 new, 1 duplicates, 0 conflicts").And.Contain("0 created, 0 updated, 1 unchanged"));
        Assert.That(other.Output, Does.Contain("0 new, 0 duplicates, 1 conflicts").And.Contain("0 created, 1 updated, 0 unchanged"));
    }

    [Test]
    public async Task Compressed_files_and_NDJSON_are_detected_by_their_first_bytes()
    {
        var path = _folder.File("rows.bin");
        await using (var file = new GZipStream(File.Create(path), CompressionMode.Compress))
        {
            file.Write("""
                {"row":1,"account":"acme","name":"Acme","seats":12,"day":"2026-11-01","nps":9,"left":true}
                {"row":2,"account":"acme","nps":null
                []
                """u8);
        }

        var run = await ImportAsync(path);

        Assert.That(run.Output, Does.Contain("2 new").And.Contain("1 created").And.Contain("invalid_json 1, wrong_type 1"));
    }

    [TestCase(false, ExpectedResult = "crossings 1, messages 0")]
    [TestCase(true, ExpectedResult = "crossings 1, messages 1")]
    public async Task<string> Crossings_of_an_import_are_stored_and_sent_only_with_the_webhooks_option(bool webhooks)
    {
        // A login gives the account a health score; without one its risk is not compared with thresholds yet.
        var logins = Mapping.Replace("nps.responded", "usage.login");
        await ImportAsync(Header + "1,acme,Acme,12,2026-11-19,9,no\n", mapping: logins);
        await using (var service = await TestService.StartAsync(clock: Clock, folder: _folder))
        {
            await service.PostAsync(
                "/v1/webhooks", new { url = "http://127.0.0.1:59999/", eventTypes = new[] { "churn_risk.threshold_crossed" } });
        }

        var run = await ImportAsync(Header + "2,acme,Acme,12,2026-11-19,,yes\n", webhooks ? ["--webhooks"] : [], logins);
        var result = webhooks ? "stored, webhooks queued" : "stored, no webhooks queued (--webhooks queues them)";
        Assert.That(run.Output, Does.Contain("crossings 1 " + result));
        return $"crossings {await CountAsync("crossings")}, messages {await CountAsync("webhook_messages")}";
    }

    [TestCase("{}", "/source")]
    [TestCase("{", "not valid JSON")]
    public async Task An_invalid_mapping_is_reported(string mapping, string error)
    {
        await File.WriteAllTextAsync(_folder.File("rows.csv"), Header);
        var run = await ImportAsync(_folder.File("rows.csv"), mapping: mapping);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error, Does.Contain(error));
    }

    [TestCase("row,account\n", "'name' is not a column of the file")]
    [TestCase("", "empty")]
    [TestCase(Header + "1,\"acme", "never closed")]
    public async Task A_file_that_does_not_fit_the_mapping_is_reported_in_one_line(string rows, string error)
    {
        var run = await ImportAsync(rows);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error.TrimEnd(), Does.Contain(error).And.Not.Contain("\n"));
    }

    [TestCase("\r")]
    [TestCase("\r\n")]
    public async Task Files_with_CR_or_CRLF_line_ends_are_read(string end)
    {
        var run = await ImportAsync(
            Header.Replace("\n", end, StringComparison.Ordinal)
            + $"1,acme,Acme,12,2026-11-01,9,no{end}2,acme,Acme,12,2026-11-02,8,no{end}");

        Assert.That(run.Output, Does.Contain("2 new, 0 duplicates, 0 conflicts"), run.Error);
    }

    /// <summary>The file begins with the byte order mark of its encoding, as many programs write it.</summary>
    [TestCase("utf-8")]
    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    [TestCase("utf-32")]
    public async Task The_encoding_of_a_file_is_read_from_its_byte_order_mark(string encoding)
    {
        var path = _folder.File("rows.csv");
        await File.WriteAllTextAsync(path, Header + "1,acme,Äcme,12,2026-11-01,9,no\n", System.Text.Encoding.GetEncoding(encoding));
        var run = await ImportAsync(path);

        Assert.That(run.Output, Does.Contain("1 new"), run.Error);
    }

    [TestCase("latin-1", "not text in UTF-8")]
    [TestCase("latin-1 after 5,000 lines", "not text in UTF-8")]
    [TestCase("utf-16 without a byte order mark", "not text in UTF-8")]
    [TestCase("nul", "not text in UTF-8")]
    [TestCase("cut inside a character", "not text in UTF-8")]
    [TestCase("utf-16 with an odd number of bytes", "not text")]
    [TestCase("json in latin-1", "not text in UTF-8")]
    [TestCase("gzip cut off", "damaged or cut off")]
    [TestCase("gzip damaged", "damaged or cut off")]
    [TestCase("gzip of an empty file", "empty")]
    [TestCase("only a byte order mark", "empty")]
    [TestCase("folder", "folder")]
    [TestCase("missing", "no file")]
    [TestCase("link to nowhere", "no file")]
    public async Task A_file_that_cannot_be_read_is_reported_in_one_line(string kind, string error)
    {
        var path = _folder.File("rows.csv");
        UnreadableFile.Write(kind, path, Header + "1,acme,Äcme,12,2026-11-01,9,no\n");
        var run = await ImportAsync(path);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Error.TrimEnd(), Does.Contain(error).And.Contain("rows.csv").And.Not.Contain("\n"));
    }

    private async Task<CommandRun> ImportAsync(string rowsOrPath, string[]? options = null, string mapping = Mapping)
    {
        var path = Path.IsPathRooted(rowsOrPath) ? rowsOrPath : _folder.File("rows.csv");
        if (path != rowsOrPath) await File.WriteAllTextAsync(path, rowsOrPath);
        await File.WriteAllTextAsync(_folder.File("mapping.json"), mapping);
        string[] words = ["import", _folder.File("mapping.json"), path, "--rejected", _folder.File("rejected.csv"), .. options ?? []];
        return await CommandRun.OfAsync(_folder, words, Clock);
    }

    private async Task<long> CountAsync(string table)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder.File("health.db")}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = table == "crossings" ? "SELECT COUNT(*) FROM crossings" : "SELECT COUNT(*) FROM webhook_messages";
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
