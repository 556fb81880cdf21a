using System.Text;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Imports;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Imports;

public sealed class ImportMappingReaderTests
{
    [TestCase("""{"accounts":[{"id":"a"}]}""", "/source")]
    [TestCase("""{"source":"s"}""", "")]
    [TestCase("""{"source":"s","accounts":[{"id":"a"}],"event":[]}""", "/event")]
    [TestCase("""{"source":"s","delimiter":"\"","accounts":[{"id":"a"}]}""", "/delimiter")]
    [TestCase("""{"source":"s","accounts":[{"fields":{}}]}""", "/accounts/0/id")]
    [TestCase("""{"source":"s","events":[{"id":"a","type":"usage.login","accountId":"a"}]}""", "/events/0/occurredAt")]
    [TestCase("""{"source":"s","events":[{"id":"{","type":"t","accountId":"a","occurredAt":"x"}]}""", "/events/0/id")]
    [TestCase("""{"source":"s","accounts":[{"id":"a}"}]}""", "/accounts/0/id")]
    [TestCase("""{"source":"s","accounts":[{"id":"{}"}]}""", "/accounts/0/id")]
    [TestCase("""{"source":"s","accounts":[{"id":null}]}""", "/accounts/0/id")]
    [TestCase("""{"source":"s","accounts":[{"id":{"colum":"a"}}]}""", "/accounts/0/id/colum")]
    [TestCase("""{"source":"s","accounts":[{"id":{"column":"a","lookup":"l"}}]}""", "/lookups")]
    [TestCase("""{"source":"s","accounts":[{"id":{"column":"a","as":"float"}}]}""", "/accounts/0/id/as")]
    [TestCase("""{"source":"s","accounts":[{"id":{"column":"a","as":"text","scale":2}}]}""", "/accounts/0/id/scale")]
    [TestCase("""{"source":"s","accounts":[{"id":{"column":"a","map":{},"as":"text"}}]}""", "/accounts/0/id/as")]
    [TestCase("""{"source":"s","accounts":[{"id":{"column":"a","object":{}}}]}""", "/accounts/0/id")]
    [TestCase("""{"source":"s","accounts":[{"id":{"column":"a","timeZone":"Mars/Olympus"}}]}""", "/accounts/0/id/timeZone")]
    [TestCase("""{"source":"s","accounts":[{"id":{"column":"a","plus":{"column":"b","unit":"weeks"}}}]}""", "/accounts/0/id/plus/unit")]
    [TestCase("""{"source":"s","accounts":[{"when":{"column":"a"},"id":"a"}]}""", "/accounts/0/when")]
    [TestCase("""{"source":"s","accounts":[{"when":{"column":"a","op":"=","value":1},"id":"a"}]}""", "/accounts/0/when/op")]
    [TestCase("""{"source":"s","accounts":[{"when":{"column":"a","op":"=="},"id":"a"}]}""", "/accounts/0/when/value")]
    [TestCase("""{"source":"s","accounts":[{"when":{"all":[]},"id":"a"}]}""", "/accounts/0/when/all")]
    [TestCase(
        """{"source":"s","accounts":[{"when":{"not":{"column":"a","empty":true},"column":"a"},"id":"a"}]}""", "/accounts/0/when/column")]
    [TestCase("""{"source":"s","lookups":{"l":{"file":"f","key":"k"}},"accounts":[{"id":"a"}]}""", "/lookups/l/value")]
    [TestCase("""{"source":"s","accounts":[{"id":"a"}]""", "")]
    public void An_error_carries_the_pointer_of_the_faulty_member(string json, string pointer)
    {
        var reading = ImportMappingReader.Read(Encoding.UTF8.GetBytes(json));

        Assert.That(reading.Value, Is.Null);
        Assert.That(reading.Errors.Select(error => error.Pointer), Does.Contain(pointer), string.Join("; ", reading.Errors));
    }

    [Test]
    public void A_mapping_lists_each_column_that_it_reads_once()
    {
        var mapping = Mapping.Read("""
            {"source":"s","events":[{"when":{"column":"kind","empty":false},"id":"{id}","type":{"column":"kind","map":{"x":"usage.login"}},
             "accountId":{"column":"account"},"occurredAt":{"column":"day","timeOfDay":"{hour}","plus":{"column":"lasted","unit":"days"}}}]}
            """);

        Assert.That(mapping.Columns, Is.EquivalentTo(new[] { "kind", "id", "account", "day", "hour", "lasted" }));
    }
}
