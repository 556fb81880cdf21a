using HealthApi.Core.Churn;
using NUnit.Framework;
using static HealthApi.Api.Tests.Core.Scoring.Model;

namespace HealthApi.Api.Tests.Core.Churn;

internal sealed class ChurnRuleSetReaderTests
{
    private const string Good =
        "{'id':'r','probabilities':{'high':0.6,'medium':0.2},'levels':[{'id':'bad','bound':50},{'id':'low'}],"
        + "'indicators':[{'id':'i','severity':'high','condition':{'signal':'logins30','op':'<','value':1},'intervention':'Call.'}]}";

    [Test]
    public void A_valid_document_is_read()
    {
        var rules = ChurnRuleSetReader.Read(Utf8(Good)).Required();
        Assert.That((rules.Id, rules.Version, rules.Levels.Length, rules.Indicators[0].Severity), Is.EqualTo(("r", 1, 2, Severity.High)));
    }

    [TestCase("'high':0.6", "'high':1", "/probabilities/high", "out_of_range")]
    [TestCase("'high':0.6", "'high':0", "/probabilities/high", "out_of_range")]
    [TestCase("'high':0.6,", "", "/probabilities/high", "required")]
    [TestCase("'high':0.6,", "'low':0.1,", "/probabilities/low", "unknown_member")]
    [TestCase("{'high':0.6,'medium':0.2}", "0.6", "/probabilities", "wrong_type")]
    [TestCase("'bound':50", "'bound':0", "/levels/0/bound", "unreachable")]
    [TestCase("'bound':50", "'bound':101", "/levels/0/bound", "out_of_range")]
    [TestCase("{'id':'low'}", "{'id':'low','bound':10}", "/levels/1/bound", "unreachable")]
    [TestCase("{'id':'low'}", "{'id':'mid','bound':50},{'id':'low'}", "/levels/1/bound", "not_descending")]
    [TestCase("{'id':'low'}", "{'id':'bad'}", "/levels/1/id", "duplicate")]
    [TestCase("{'id':'bad','bound':50},{'id':'low'}", "", "/levels", "incomplete")]
    [TestCase("'severity':'high'", "'severity':'low'", "/indicators/0/severity", "unknown")]
    [TestCase("'severity':'high',", "", "/indicators/0/severity", "required")]
    [TestCase("'intervention':'Call.'", "'intervention':''", "/indicators/0/intervention", "out_of_range")]
    [TestCase("'logins30'", "'login'", "/indicators/0/condition/signal", "unknown_signal")]
    [TestCase("'value':1", "'value':'x'", "/indicators/0/condition/value", "kind_mismatch")]
    [TestCase("'id':'r'", "'id':'r','rules':[]", "/rules", "unknown_member")]
    [TestCase("'id':'r',", "", "/id", "required")]
    [TestCase("{'id':'r'", "['id':'r'", "", "wrong_type")]
    public void A_faulty_document_is_refused(string part, string fault, string pointer, string code)
        => Refused(Good.Replace(part, fault), pointer, code);

    [Test]
    public void An_indicator_given_twice_is_refused()
    {
        var indicator = Good[Good.IndexOf("{'id':'i'", StringComparison.Ordinal)..^2];
        Refused(Good.Replace(indicator, indicator + "," + indicator), "/indicators/1/id", "duplicate");
    }

    private static void Refused(string document, string pointer, string code)
    {
        var reading = ChurnRuleSetReader.Read(Utf8(document));
        Assert.That(reading.IsGood, Is.False);
        Assert.That(reading.Errors.Select(error => $"{error.Code} at {error.Pointer}"), Does.Contain($"{code} at {pointer}"));
    }
}
