using HealthApi.Api.Tests.Support.Data;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Imports;

public sealed class RowConditionTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> NoLookups = [];

    [TestCase("""{"column":"c","op":"==","value":"x"}""", "x", true)]
    [TestCase("""{"column":"c","op":"==","value":"x"}""", "X", false)]
    [TestCase("""{"column":"c","op":"!=","value":"x"}""", "", true)]
    [TestCase("""{"column":"c","op":"==","value":4}""", "4.0", true)]
    [TestCase("""{"column":"c","op":">=","value":4}""", "10", true)]
    [TestCase("""{"column":"c","op":"<","value":4}""", "none", false)]
    [TestCase("""{"column":"c","op":"!=","value":4}""", "none", true)]
    [TestCase("""{"column":"c","op":"==","value":true}""", "Yes", true)]
    [TestCase("""{"column":"c","op":"==","value":false}""", "", false)]
    [TestCase("""{"column":"c","op":">=","value":"2024-01-01"}""", "2024-05-06", true)]
    [TestCase("""{"column":"c","in":["x","y"]}""", "y", true)]
    [TestCase("""{"column":"c","in":["x","y"]}""", "z", false)]
    [TestCase("""{"column":"c","empty":true}""", "", true)]
    [TestCase("""{"column":"c","empty":false}""", "", false)]
    [TestCase("""{"not":{"column":"c","empty":true}}""", "x", true)]
    [TestCase("""{"all":[{"column":"c","empty":false},{"column":"c","op":"<","value":5}]}""", "4", true)]
    [TestCase("""{"all":[{"column":"c","empty":false},{"column":"c","op":"<","value":5}]}""", "6", false)]
    [TestCase("""{"any":[{"column":"c","empty":true},{"column":"c","op":">","value":5}]}""", "6", true)]
    public void A_row_is_used_only_when_its_condition_holds(string condition, string cell, bool used)
    {
        var mapping = Mapping.Read($$"""{"source":"s","accounts":[{"when":{{condition}},"id":"a"}]}""");

        Assert.That(Mapping.Map(mapping, NoLookups, cell), Has.Count.EqualTo(used ? 1 : 0));
    }
}
