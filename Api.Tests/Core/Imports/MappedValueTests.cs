using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Imports;

public sealed class MappedValueTests
{
    [TestCase("\"{a}\"", "x", "\"x\"")]
    [TestCase("\"{a}:{b}!\"", "x", "\"x:x!\"")]
    [TestCase("\"{a}:{b}\"", "", null)]
    [TestCase("\"{{{a}}}\"", "x", "\"{x}\"")]
    [TestCase("\"plain\"", "", "\"plain\"")]
    [TestCase("7.50", "", "7.5")]
    [TestCase("true", "", "true")]
    [TestCase("[\"{a}\", 1, \"{b}\"]", "x", "[\"x\",1,\"x\"]")]
    [TestCase("[\"{a}\"]", "", "[]")]
    [TestCase("{\"object\":{\"m\":\"{a}\",\"n\":2}}", "x", "{\"m\":\"x\",\"n\":2}")]
    public void Texts_constants_lists_and_objects_are_filled_from_the_row(string value, string cell, string? made) =>
        Assert.That(Mapping.Value(value, cell), Is.EqualTo((made, (string?)null)));

    [TestCase("text", "007", "\"007\"")]
    [TestCase("number", "4.50", "4.5")]
    [TestCase("number", "-1e3", "-1000")]
    [TestCase("integer", "4.0", "4")]
    [TestCase("boolean", "YES", "true")]
    [TestCase("boolean", "0", "false")]
    [TestCase("time", "2024-05-06", "\"2024-05-06T00:00:00Z\"")]
    [TestCase("time", "2024-05-06 07:08:09", "\"2024-05-06T07:08:09Z\"")]
    [TestCase("time", "2024-05-06T07:08:09.1234567+02:00", "\"2024-05-06T05:08:09.123456Z\"")]
    [TestCase("integer", "", null)]
    public void A_cell_is_converted_to_the_stated_type(string target, string cell, string? made) =>
        Assert.That(Mapping.Value($$"""{"column":"a","as":"{{target}}"}""", cell), Is.EqualTo((made, (string?)null)));

    [TestCase("number", "1,5")]
    [TestCase("number", "NaN")]
    [TestCase("number", "1e16")]
    [TestCase("integer", "4.5")]
    [TestCase("boolean", "maybe")]
    [TestCase("time", "06/05/2024")]
    [TestCase("time", "2024-02-30")]
    public void A_cell_that_cannot_be_converted_is_reported_and_gives_no_value(string target, string cell)
    {
        var (made, error) = Mapping.Value($$"""{"column":"a","as":"{{target}}"}""", cell);

        Assert.That(made, Is.Null);
        Assert.That(error, Does.Contain(cell));
    }

    [TestCase("""{"column":"a","scale":100}""", "1.25", "125")]
    [TestCase("""{"column":"a","as":"integer","scale":0.001}""", "4000", "4")]
    [TestCase("""{"column":"a","decimal":","}""", "1.234,50", "1234.5")]
    [TestCase("""{"column":"a","format":"dd/MM/yyyy"}""", "06/05/2024", "\"2024-05-06T00:00:00Z\"")]
    [TestCase("""{"column":"a","format":"unixSeconds"}""", "1714979289", "\"2024-05-06T07:08:09Z\"")]
    [TestCase("""{"column":"a","format":"unixMilliseconds"}""", "1714979289123", "\"2024-05-06T07:08:09.123Z\"")]
    [TestCase("""{"column":"a","timeOfDay":"9:30"}""", "2024-05-06", "\"2024-05-06T09:30:00Z\"")]
    [TestCase("""{"column":"a","timeZone":"Europe/Berlin"}""", "2024-07-06 12:00", "\"2024-07-06T10:00:00Z\"")]
    [TestCase("""{"column":"a","timeZone":"Europe/Berlin"}""", "2024-07-06T12:00Z", "\"2024-07-06T12:00:00Z\"")]
    [TestCase("""{"column":"a","timeZone":"Europe/Berlin","timeOfDay":"02:30"}""", "2024-10-27", "\"2024-10-27T01:30:00Z\"")]
    public void A_mapping_states_the_scale_of_a_number_and_the_format_and_zone_of_a_time(string value, string cell, string made) =>
        Assert.That(Mapping.Value(value, cell), Is.EqualTo((made, (string?)null)));

    [TestCase("""{"column":"a","as":"integer","round":"nearest"}""", "4.5", "5")]
    [TestCase("""{"column":"a","as":"integer","round":0}""", "-4.5", "-5")]
    [TestCase("""{"column":"a","as":"integer","round":"up"}""", "4.0001", "5")]
    [TestCase("""{"column":"a","as":"integer","round":"down"}""", "-4.0001", "-5")]
    [TestCase("""{"column":"a","round":2}""", "10.005", "10.01")]
    [TestCase("""{"column":"a","round":1,"scale":0.0833333333}""", "1200", "100")]
    [TestCase("""{"column":"a","round":1,"decimal":","}""", "1.234,56", "1234.6")]
    public void A_number_is_scaled_and_then_rounded_as_the_mapping_states(string value, string cell, string made) =>
        Assert.That(Mapping.Value(value, cell), Is.EqualTo((made, (string?)null)));

    [TestCase("x", "\"p1\"")]
    [TestCase("y", "3")]
    [TestCase("z", null)]
    [TestCase("", null)]
    public void A_map_translates_a_cell(string cell, string? made) =>
        Assert.That(Mapping.Value("""{"column":"a","map":{"x":"p1","y":3,"z":null}}""", cell), Is.EqualTo((made, (string?)null)));

    [Test]
    public void A_cell_that_is_not_in_the_map_is_reported_unless_there_is_a_default()
    {
        Assert.That(Mapping.Value("""{"column":"a","map":{"x":1}}""", "w").Error, Does.Contain("'w'"));
        Assert.That(Mapping.Value("""{"column":"a","map":{"x":1},"default":0}""", "w").Value, Is.EqualTo("0"));
        Assert.That(Mapping.Value("""{"column":"a","default":"none"}""", "").Value, Is.EqualTo("\"none\""));
    }

    [Test]
    public void A_lookup_translates_before_the_conversion()
    {
        const string Value = "{\"column\":\"a\",\"lookup\":\"l\",\"as\":\"integer\"}";
        const string Mapped =
            "{\"source\":\"s\",\"lookups\":{\"l\":{\"file\":\"f\",\"key\":\"k\",\"value\":\"v\"}},\"accounts\":[{\"id\":\"a\",\"fields\":{\"value\":" + Value + "}}]}";
        var tables =
            new Dictionary<string, IReadOnlyDictionary<string, string>> { ["l"] = new Dictionary<string, string> { ["k1"] = "12" } };

        Assert.That(
            System.Text.Encoding.UTF8.GetString(Mapping.Map(Mapping.Read(Mapped), tables, "k1")[0].Json), Does.Contain("\"value\":12"));
        Assert.That(Mapping.Map(Mapping.Read(Mapped), tables, "k2")[0].Errors[0].Pointer, Is.EqualTo("/value"));
    }

    [Test]
    public void A_duration_is_added_to_a_time_and_an_overflow_is_reported()
    {
        const string Value = """{"column":"a","format":"unixSeconds","plus":{"column":"b","unit":"hours"}}""";

        Assert.That(Mapping.Value(Value, "3600").Value, Is.EqualTo("\"1970-05-31T01:00:00Z\""));
        Assert.That(Mapping.Value(Value, "99999999999").Error, Is.Not.Null);
    }
}
