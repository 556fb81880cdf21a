using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Core.Scoring.Model;

namespace HealthApi.Api.Tests.Core.Scoring.Documents;

internal sealed class HealthModelReaderTests
{
    private const string Good = "[{'id':'a','weight':1,'measures':[{'signal':'reportedOutcome','normaliser':" + Percent + "}]}]";

    [TestCase("'weight':0", "/components/0/weight", "out_of_range")]
    [TestCase("'weight':-1", "/components/0/weight", "out_of_range")]
    [TestCase("'weight':1e400", "/components/0/weight", "out_of_range")]
    [TestCase("'weight':'1'", "/components/0/weight", "wrong_type")]
    [TestCase("'weight':null", "/components/0/weight", "wrong_type")]
    [TestCase("'weigth':1", "/components/0/weigth", "unknown_member")]
    [TestCase("'weight':1,'weight':1", "/components/0/weight", "duplicate_member")]
    [TestCase("'weight':1,'aggregate':'median'", "/components/0/aggregate", "unknown")]
    public void A_faulty_component_is_refused(string member, string pointer, string code)
        => Refused(Model.Json(Good.Replace("'weight':1", member)), pointer, code);

    [TestCase("{'signal':'reportedOutcom','normaliser':" + Percent + "}", "/signal", "unknown_signal")]
    [TestCase("{'signal':7,'normaliser':" + Percent + "}", "/signal", "wrong_type")]
    [TestCase("{'normaliser':" + Percent + "}", "/signal", "required")]
    [TestCase("{'signal':'reportedOutcome'}", "/normaliser", "required")]
    [TestCase("{'signal':'reportedOutcome','weight':0,'normaliser':" + Percent + "}", "/weight", "out_of_range")]
    [TestCase("{'signal':'reportedOutcome','missing':'ignore','normaliser':" + Percent + "}", "/missing", "unknown")]
    [TestCase("{'signal':'reportedOutcome','missing':{'points':101},'normaliser':" + Percent + "}", "/missing/points", "out_of_range")]
    [TestCase("{'signal':'reportedOutcome','missing':{},'normaliser':" + Percent + "}", "/missing/points", "required")]
    [TestCase("{'signal':'reportedOutcome','missing':50,'normaliser':" + Percent + "}", "/missing", "wrong_type")]
    [TestCase("{'signal':'paymentStatus','normaliser':" + Percent + "}", "/normaliser/kind", "kind_mismatch")]
    [TestCase("{'signal':'championLeft','normaliser':" + Percent + "}", "/normaliser/kind", "kind_mismatch")]
    [TestCase("{'signal':'logins30','normaliser':{'kind':'flag','true':1,'false':0}}", "/normaliser/kind", "kind_mismatch")]
    [TestCase("{'signal':'logins30','normaliser':{'kind':'map','points':{'a':1},'else':0}}", "/normaliser/kind", "kind_mismatch")]
    [TestCase("7", "", "wrong_type")]
    public void A_faulty_measure_is_refused(string measure, string pointer, string code)
        => Refused(Model.Json($"[{{'id':'a','weight':1,'measures':[{measure}]}}]"), "/components/0/measures/0" + pointer, code);

    [TestCase("logins30", "{}", "/kind", "required")]
    [TestCase("logins30", "{'kind':'curve'}", "/kind", "unknown")]
    [TestCase("logins30", "{'kind':'linear','from':0}", "/to", "required")]
    [TestCase("logins30", "{'kind':'linear','from':3,'to':3}", "/to", "out_of_range")]
    [TestCase("logins30", "{'kind':'linear','from':0,'to':1e300}", "/to", "out_of_range")]
    [TestCase("logins30", "{'kind':'linear','from':0,'to':1,'else':0}", "/else", "unknown_member")]
    [TestCase("logins30", "{'kind':'linear','from':0,'to':1,'slope':0}", "/slope", "unknown_member")]
    [TestCase("logins30", "{'kind':'bands','bands':[{'bound':1,'points':101}],'else':0}", "/bands/0/points", "out_of_range")]
    [TestCase("logins30", "{'kind':'bands','bands':[{'bound':1}],'else':0}", "/bands/0/points", "required")]
    [TestCase("logins30", "{'kind':'bands','bands':[{'op':'==','bound':1,'points':1}],'else':0}", "/bands/0/op", "unknown")]
    [TestCase("logins30", "{'kind':'bands','bands':[{'bound':1,'points':1},{'bound':2,'points':2}],'else':0}", "/bands/1", "unreachable")]
    [TestCase(
        "logins30", "{'kind':'bands','bands':[{'bound':1,'points':1},{'op':'>','bound':1,'points':2}],'else':0}", "/bands/1",
        "unreachable")]
    [TestCase(
        "logins30", "{'kind':'bands','bands':[{'op':'<','bound':5,'points':1},{'bound':3,'points':2},{'bound':4,'points':3}]}", "/bands/2",
        "unreachable")]
    [TestCase("npsScore180", "{'kind':'bands','bands':[{'bound':101,'points':1}],'else':0}", "/bands/0", "unreachable")]
    [TestCase("logins30", "{'kind':'bands','bands':[{'bound':0,'points':1}],'else':0}", "/else", "unreachable")]
    [TestCase("logins30", "{'kind':'bands','bands':[{'bound':1,'points':1}]}", "/bands", "incomplete")]
    [TestCase("logins30", "{'kind':'bands','bands':[]}", "/bands", "incomplete")]
    [TestCase("paymentStatus", "{'kind':'map','points':{'currant':1},'else':0}", "/points/currant", "unknown")]
    [TestCase("paymentStatus", "{'kind':'map','points':{'a/b~':1},'else':0}", "/points/a~1b~0", "unknown")]
    [TestCase("paymentStatus", "{'kind':'map','points':{'current':1,'late':1}}", "/points", "incomplete")]
    [TestCase("paymentStatus", "{'kind':'map','points':{'current':true},'else':0}", "/points/current", "wrong_type")]
    [TestCase("championLeft", "{'kind':'flag','true':1}", "/false", "required")]
    public void A_faulty_normaliser_is_refused(string signal, string normaliser, string pointer, string code)
        => Refused(
            Model.Json($"[{{'id':'a','weight':1,'measures':[{{'normaliser':{normaliser},'signal':'{signal}'}}]}}]"),
            "/components/0/measures/0/normaliser" + pointer, code);

    [TestCase("[]", "", "incomplete")]
    [TestCase("{}", "", "wrong_type")]
    [TestCase("[{'id':'a','bound':50}]", "/0/bound", "unreachable")]
    [TestCase("[{'id':'a'},{'id':'b'}]", "/0/bound", "required")]
    [TestCase("[{'id':'a','bound':50},{'id':'b','bound':60},{'id':'c'}]", "/1/bound", "not_descending")]
    [TestCase("[{'id':'a','op':'>','bound':50},{'id':'b','bound':50},{'id':'c'}]", "/1/bound", "not_descending")]
    [TestCase("[{'id':'a','bound':0},{'id':'b'}]", "/0/bound", "unreachable")]
    [TestCase("[{'id':'a','op':'>','bound':100},{'id':'b'}]", "/0/bound", "unreachable")]
    [TestCase("[{'id':'a','bound':101},{'id':'b'}]", "/0/bound", "out_of_range")]
    [TestCase("[{'id':'a','op':'<','bound':50},{'id':'b'}]", "/0/op", "unknown")]
    [TestCase("[{'id':'a','bound':50},{'id':'a'}]", "/1/id", "duplicate")]
    [TestCase("[{'id':'unknown','bound':50},{'id':'a'}]", "/0/id", "duplicate")]
    [TestCase("[{'id':'a b','bound':50},{'id':'c'}]", "/0/id", "invalid_format")]
    [TestCase("[{'bound':50},{'id':'c'}]", "/0/id", "required")]
    public void Faulty_categories_are_refused(string categories, string pointer, string code)
        => Refused(Model.Json(Good, categories: categories), "/categories" + pointer, code);

    [TestCase("{'id':'m'}", "/components", "required")]
    [TestCase("{'id':'m','components':[],'categories':" + Categories + "}", "/components", "incomplete")]
    [TestCase(
        "{'id':'m','components':[{'id':'a','weight':1,'measures':[]}],'categories':" + Categories + "}", "/components/0/measures",
        "incomplete")]
    [TestCase("{'id':'','components':" + Good + ",'categories':" + Categories + "}", "/id", "invalid_format")]
    [TestCase("{'id':'m','version':0,'components':" + Good + ",'categories':" + Categories + "}", "/version", "out_of_range")]
    [TestCase("{'id':'m','version':1.5,'components':" + Good + ",'categories':" + Categories + "}", "/version", "out_of_range")]
    [TestCase("{'id':'m','default':1,'components':" + Good + ",'categories':" + Categories + "}", "/default", "wrong_type")]
    [TestCase("{'id':'m','colour':1,'components':" + Good + ",'categories':" + Categories + "}", "/colour", "unknown_member")]
    [TestCase("[]", "", "wrong_type")]
    [TestCase("null", "", "wrong_type")]
    [TestCase("{'id':'m',}", "", "invalid_json")]
    [TestCase("{'id':'m'} {}", "", "invalid_json")]
    [TestCase("{'id':'\\ud800'}", "", "invalid_json")]
    [TestCase("", "", "invalid_json")]
    public void A_faulty_document_is_refused(string document, string pointer, string code) => Refused(Utf8(document), pointer, code);

    [Test]
    public void A_component_id_or_a_signal_of_a_component_given_twice_is_refused()
    {
        var measure = "{'signal':'reportedOutcome','normaliser':" + Percent + "}";
        Refused(Model.Json(Good.Replace("]}]", "]},{'id':'a','weight':1,'measures':[" + measure + "]}]")), "/components/1/id", "duplicate");
        Refused(Model.Json(Good.Replace("}]}]", "}," + measure + "]}]")), "/components/0/measures/1/signal", "duplicate");
    }

    [Test]
    public void Too_many_components_give_one_error()
    {
        var components = string.Join(',', Enumerable.Range(0, 70).Select(i => Good[1..^1].Replace("'id':'a'", $"'id':'c{i}'")));
        var errors = HealthModelReader.Read(Model.Json($"[{components}]")).Errors;
        Assert.That(errors.Select(error => (error.Pointer, error.Code)), Is.EqualTo(new[] { ("/components/64", "too_many") }));
    }

    [Test]
    public void All_errors_are_reported_together_with_pointers_into_the_surrounding_document()
    {
        var json = Model.Json(Good.Replace("'weight':1", "'weight':0").Replace("reportedOutcome", "ticketz30"), categories: "[]");
        var errors = HealthModelReader.Read(json, "/model").Errors;
        Assert.That(
            errors.Select(error => error.Pointer),
            Is.EqualTo(new[] { "/model/components/0/weight", "/model/components/0/measures/0/signal", "/model/categories" }));
        Assert.That(errors[1].Detail, Does.Contain("tickets30"), "the error of an unknown signal names the nearest one");
    }

    [Test]
    public void Members_that_are_left_out_have_their_defaults()
    {
        var model = HealthModelReader.Read(Utf8($"{{'categories':[{{'bound':10,'id':'x'}},{{'id':'y'}}],'components':{Good},'id':'m'}}"))
            .Required();
        Assert.Multiple(() =>
        {
            Assert.That((model.Id, model.Name, model.Version, model.Description, model.IsDefault), Is.EqualTo(("m", "m", 1, "", false)));
            Assert.That(model.Missing, Is.EqualTo(MissingPolicy.Renormalise));
            Assert.That((model.Components[0].Aggregate, model.Components[0].Measures[0].Weight), Is.EqualTo((Aggregate.Mean, 1.0)));
            Assert.That(model.Components[0].Measures[0].Signal, Is.EqualTo(Signal.ReportedOutcome));
            Assert.That(model.Categories[0].Inclusive, "a category includes its bound by default");
        });
    }

    private static void Refused(byte[] document, string pointer, string code)
    {
        var reading = HealthModelReader.Read(document);
        Assert.That(reading.IsGood, Is.False);
        Assert.That(reading.Errors.Select(error => $"{error.Code} at {error.Pointer}"), Does.Contain($"{code} at {pointer}"));
    }
}
