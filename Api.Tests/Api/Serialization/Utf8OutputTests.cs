using System.Text;
using System.Text.Json;
using FsCheck;
using HealthApi.Api.Serialization;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Serialization;

internal sealed class Utf8OutputTests
{
    [TestCase(0, "0")]
    [TestCase(-0.0, "0")]
    [TestCase(75, "75")]
    [TestCase(66.6667, "66.6667")]
    [TestCase(-0.000001, "-0.000001")]
    [TestCase(0.1, "0.1")]
    [TestCase(10.05, "10.05")]
    [TestCase(999_999_999.5, "999999999.5")]
    public void A_number_is_written_with_the_fewest_digits(double value, string text) =>
        Assert.That(Written(output => output.Number(value)), Is.EqualTo(text));

    [FsCheck.NUnit.Property(MaxTest = 2_000, QuietOnSuccess = true)]
    public void A_number_reads_back_to_the_same_double(NormalFloat number, int thousandths)
    {
        foreach (var value in new[] { (double)number, thousandths / 1_000.0, thousandths * 1e-9, Math.ScaleB((double)number, 300) })
        {
            if (double.IsFinite(value))
            {
                Assert.That(JsonElement.Parse(Written(output => output.Number(value))).GetDouble(), Is.EqualTo(value));
            }
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 500, QuietOnSuccess = true)]
    public void A_text_reads_back_to_the_same_characters(UnicodeString text)
    {
        var wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get ?? ""));
        Assert.That(JsonElement.Parse(Written(output => output.Text(wellFormed))).GetString(), Is.EqualTo(wellFormed));
    }

    [TestCase("plain", "\"plain\"")]
    [TestCase("", "\"\"")]
    [TestCase("a\"b\\c\n\u0000", "\"a\\\"b\\\\c\\n\\u0000\"")]
    public void A_text_is_escaped_where_JSON_requires_it(string text, string written) =>
        Assert.That(Written(output => output.Text(text)), Is.EqualTo(written));

    [Test]
    public async Task Many_segments_are_written_in_order()
    {
        using var output = new Utf8Output();
        var expected = new StringBuilder();
        for (var i = 0; i < 50_000; i++)
        {
            output.Number(i);
            output.Raw(","u8);
            expected.Append(i).Append(',');
        }

        var (length, copy) = (output.Length, output.ToArray());
        using var sent = new MemoryStream();
        await output.FlushAsync(sent, CancellationToken.None);
        Assert.That(Encoding.UTF8.GetString(sent.ToArray()), Is.EqualTo(expected.ToString()));
        Assert.That(copy, Is.EqualTo(sent.ToArray()));
        Assert.That((length, output.Length), Is.EqualTo((sent.Length, 0)));
    }

    private static string Written(Action<Utf8Output> write)
    {
        using var output = new Utf8Output();
        write(output);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
