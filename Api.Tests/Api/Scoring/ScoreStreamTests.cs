using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Scoring;

internal sealed class ScoreStreamTests
{
    private const string NdJson = "application/x-ndjson";

    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _service = await TestService.StartAsync(["Roles=api"]);

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCase("\n")]
    [TestCase("\r\n")]
    [TestCase("\n\n  \n")]
    public async Task Each_line_gives_the_same_result_as_in_a_JSON_document(string end)
    {
        string[] accounts = [
            "{'id':'a','signals':{'daysSinceLastActivity':3}}", "{'id':'b','signals':{}}", "{'id':'c','signals':{'paymentStatus':'late'}}"];
        var lines = await _service.ScoreAsync(string.Join(end, accounts) + (end == "\n" ? "" : end), "?model=lifecycle", NdJson);
        var document = await _service.ScoreAsync($"{{'model':'lifecycle','accounts':[{string.Join(',', accounts)}]}}");
        Assert.That(lines.MediaType, Is.EqualTo(NdJson));
        Assert.That(
            lines.Lines.Select(line => line.GetRawText()),
            Is.EqualTo(document.Json.GetProperty("results").EnumerateArray().Select(result => result.GetRawText())));
    }

    [Test]
    public async Task A_client_that_reads_only_after_it_has_sent_everything_gets_every_result()
    {
        var answer = await _service.ScoreAsync(Lines(60_000), "", NdJson);
        Assert.That(answer.Text, Has.Length.GreaterThan(40_000_000), "more than socket buffers hold");
        Assert.That(
            answer.Lines.Select(line => line.GetProperty("id").GetString()), Is.EqualTo(Enumerable.Range(0, 60_000).Select(i => $"a{i}")));
    }

    [Test]
    public async Task Results_are_sent_before_later_lines_have_arrived()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(_service.Client.BaseAddress!.Host, _service.Client.BaseAddress.Port, patience.Token);
        using var reader = new StreamReader(client.GetStream());
        await SendAsync(
            client,
            $"POST /v1/score HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {TestService.AdminKey}\r\nContent-Type: "
                + $"{NdJson}\r\nTransfer-Encoding: chunked\r\n\r\n");
        await SendChunkAsync(client, Lines(1_000));
        Assert.That(await reader.ReadLineAsync(patience.Token), Does.Contain("200 OK"));
        await ReadUntilAsync(reader, "{\"id\":\"a999\"", patience.Token);
        await SendChunkAsync(client, "{'id':'late','signals':{}}\n");
        await ReadUntilAsync(reader, "{\"id\":\"late\"", patience.Token);
        await SendAsync(client, "0\r\n\r\n");
        await ReadUntilAsync(reader, "0", patience.Token);
    }

    [TestCase("{'id':'b','signals':{'nope':1}}", HttpStatusCode.UnprocessableEntity)]
    [TestCase("{'id':'b','signals':{'tickets30':-1}}", HttpStatusCode.UnprocessableEntity)]
    [TestCase("{'id':'b'}", HttpStatusCode.UnprocessableEntity)]
    [TestCase("[]", HttpStatusCode.UnprocessableEntity)]
    [TestCase("{'id':'b',", HttpStatusCode.BadRequest)]
    [TestCase("{'id':'b','signals':{}} {}", HttpStatusCode.BadRequest)]
    [TestCase("{'id':'b','id':'b','signals':{}}", HttpStatusCode.BadRequest)]
    [TestCase("{'id':'\\ud800','signals':{}}", HttpStatusCode.BadRequest)]
    public async Task An_invalid_line_before_the_answer_has_begun_refuses_the_request(string line, HttpStatusCode status)
    {
        var answer = await _service.ScoreAsync("{'id':'a','signals':{}}\n" + line + "\n", "", NdJson);
        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(answer.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task The_pointer_of_an_error_starts_with_the_index_of_the_line()
        => Assert.That(
            (await _service.ScoreAsync("{'id':'a','signals':{}}\n{'id':'b','signals':{'nope':1}}", "", NdJson)).Errors,
            Is.EqualTo(new[] { "unknown_signal at /1/signals/nope" }));

    [TestCase("{'id':'bad','signals':{'nope':1}}", "unknown_signal at /5000/signals/nope", "bad")]
    [TestCase("{'id':'bad',", "invalid_json at /5000", null)]
    [TestCase("long", "too_large at /5000", null)]
    public async Task An_invalid_line_after_the_answer_has_begun_is_reported_in_place_of_its_result(string line, string error, string? id)
    {
        var faulty = line == "long" ? "{'id':'" + new string('x', 300_000) + "'}" : line;
        var answer = await _service.ScoreAsync(Lines(5_000) + faulty + "\n" + Lines(2), "", NdJson);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Lines, Has.Count.EqualTo(5_003), "one line is returned for each line sent");
        var reported = answer.Lines[5_000];
        Assert.That(reported.GetProperty("errors").EnumerateArray().Select(Answer.Place), Is.EqualTo(new[] { error }));
        Assert.That((reported.GetProperty("index").GetInt32(), reported.GetProperty("id").GetString()), Is.EqualTo((5_000, id)));
        Assert.That(answer.Lines[5_001].GetProperty("id").GetString(), Is.EqualTo("a0"), "the stream goes on");
    }

    [TestCase(70_000)]
    [TestCase(1_000_000)]
    public async Task A_first_line_that_is_too_long_is_413(int length)
        => Assert.That(
            (await _service.ScoreAsync(new string('x', length) + "\n", "", NdJson)).Status,
            Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));

    [Test]
    public async Task An_unknown_model_is_refused_before_a_line_is_read()
        => Assert.That((await _service.ScoreAsync("{", "?model=nope", NdJson)).Errors, Is.EqualTo(new[] { "unknown at ?model" }));

    [Test]
    public async Task An_empty_stream_gets_an_empty_answer()
    {
        var answer = await _service.ScoreAsync("", "", NdJson);
        Assert.That((answer.Status, answer.MediaType, answer.Text), Is.EqualTo((HttpStatusCode.OK, NdJson, "")));
    }

    [Test]
    public async Task A_gzip_stream_is_read_and_a_damaged_one_is_400()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Lines(100).Replace('\'', '"')));
        }

        Assert.That((await _service.ScoreAsync(packed.ToArray(), "", NdJson, "gzip")).Lines, Has.Count.EqualTo(100));
        Assert.That(
            (await _service.ScoreAsync("not gzip at all"u8.ToArray(), "", NdJson, "gzip")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static string Lines(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{{'id':'a{i}','signals':{{'loginDays30':{i % 31}}}}}\n"));

    private static Task SendChunkAsync(TcpClient client, string text) => SendAsync(client, $"{text.Length:x}\r\n{text.Replace('\'', '"')}\r\n");

    private static async Task SendAsync(TcpClient client, string text) =>
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    private static async Task ReadUntilAsync(StreamReader reader, string start, CancellationToken cancellation)
    {
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The answer ended without a line that starts with {start}.");
    }
}
