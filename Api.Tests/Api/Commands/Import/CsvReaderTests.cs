using HealthApi.Api.Commands.Import;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Commands.Import;

public sealed class CsvReaderTests
{
    [TestCase("a,b\nc,d", "a|b", "c|d")]
    [TestCase("a,b\r\nc,d\r\n", "a|b", "c|d")]
    [TestCase("a,b\rc,d", "a|b", "c|d")]
    [TestCase("a,b\r\rc,d\r", "a|b", "c|d")]
    [TestCase("a\r\nb\rc\nd", "a", "b", "c", "d")]
    [TestCase("\"two\rlines\",x\ry,z", "two\rlines|x", "y|z")]
    [TestCase("\"two\r\nlines\",x\r\ny,z", "two\r\nlines|x", "y|z")]
    [TestCase("a,\"b\"\r\nc,\"d\"\r\n", "a|b", "c|d")]
    [TestCase("a,\"b,c\"", "a|b,c")]
    [TestCase("\"say \"\"hi\"\"\",x", "say \"hi\"|x")]
    [TestCase("\"two\nlines\",x\ny,z", "two\nlines|x", "y|z")]
    [TestCase(" a , \"b\" ", "a|b")]
    [TestCase("a,,\n,,", "a||", "||")]
    [TestCase("a\n\n\nb", "a", "b")]
    [TestCase("5\" pipe,x", "5\" pipe|x")]
    public void Records_are_read_as_RFC_4180_defines_them(string text, params string[] records) =>
        Assert.That(Read(text, ','), Is.EqualTo(records));

    [Test]
    public void With_another_delimiter_a_comma_is_part_of_the_cell() => Assert.That(Read("a;b,c", ';'), Is.EqualTo(new[] { "a|b,c" }));

    [Test]
    public void A_record_has_the_number_of_its_first_line()
    {
        var csv = new CsvReader(new StringReader("h\n\"a\nb\"\n\nc"), ',');
        var lines = new List<long>();
        for (var cells = new List<string>(); csv.Read(cells);) lines.Add(csv.Line);

        Assert.That(lines, Is.EqualTo(new long[] { 1, 2, 5 }));
    }

    [TestCase("h\r\"a\rb\"\r\rc")]
    [TestCase("h\r\n\"a\r\nb\"\r\n\r\nc")]
    public void Lines_are_counted_for_every_kind_of_line_end(string text)
    {
        var csv = new CsvReader(new StringReader(text), ',');
        var lines = new List<long>();
        for (var cells = new List<string>(); csv.Read(cells);) lines.Add(csv.Line);

        Assert.That(lines, Is.EqualTo(new long[] { 1, 2, 5 }));
    }

    [Test]
    public void Cells_longer_than_the_buffer_are_read_whole()
    {
        var longCell = new string('x', 200_000);

        Assert.That(Read($"{longCell},\"{longCell}\"", ',').Single(), Is.EqualTo($"{longCell}|{longCell}"));
    }

    [Test]
    public void A_quote_that_is_never_closed_is_reported_with_its_line() =>
        Assert.That(() => Read("a\n\"b\nc", ','), Throws.TypeOf<FormatException>().With.Message.Contain("line 2"));

    private static List<string> Read(string text, char delimiter)
    {
        var csv = new CsvReader(new StringReader(text), delimiter);
        var records = new List<string>();
        for (var cells = new List<string>(); csv.Read(cells);) records.Add(string.Join('|', cells));
        return records;
    }
}
