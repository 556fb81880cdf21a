using HealthApi.Core.Churn;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Core.Scoring.Model;
using static HealthApi.Api.Tests.Support.Data.SignalText;

namespace HealthApi.Api.Tests.Core.Churn;

internal sealed class ConditionTests
{
    [TestCase("<", "2", true)]
    [TestCase("<", "3", false)]
    [TestCase("<=", "3", true)]
    [TestCase("<=", "4", false)]
    [TestCase(">", "4", true)]
    [TestCase(">", "3", false)]
    [TestCase(">=", "3", true)]
    [TestCase(">=", "2", false)]
    [TestCase("==", "3", true)]
    [TestCase("==", "3.0000004", true)]
    [TestCase("==", "3.000001", false)]
    [TestCase("!=", "3", false)]
    [TestCase("!=", "2", true)]
    public void An_operator_compares_at_six_decimals(string op, string value, bool holds)
        => Assert.That(Condition($"{{'signal':'logins30','op':'{op}','value':3}}").Holds(Given($"logins30={value}")), Is.EqualTo(holds));

    [TestCase("{'signal':'championLeft','op':'==','value':false}", "championLeft=false", true)]
    [TestCase("{'signal':'championLeft','op':'!=','value':false}", "championLeft=true", true)]
    [TestCase("{'signal':'paymentStatus','op':'==','value':'late'}", "paymentStatus=late", true)]
    [TestCase("{'signal':'paymentStatus','op':'!=','value':'late'}", "paymentStatus=late", false)]
    public void Flags_and_words_compare_by_equality(string condition, string signals, bool holds)
        => Assert.That(Condition(condition).Holds(Given(signals)), Is.EqualTo(holds));

    [TestCase("{'signal':'logins30','op':'!=','value':3}")]
    [TestCase("{'signal':'logins30','op':'<','value':3}")]
    [TestCase("{'signal':'championLeft','op':'!=','value':true}")]
    [TestCase("{'signal':'paymentStatus','op':'!=','value':'current'}")]
    public void A_comparison_with_a_missing_signal_is_false(string condition)
        => Assert.That(Condition(condition).Holds(new SignalSet()), Is.False);

    [TestCase("logins30=1 tickets30=1", true, true)]
    [TestCase("logins30=1 tickets30=9", false, true)]
    [TestCase("logins30=1", false, true)]
    [TestCase("tickets30=9", false, false)]
    public void All_requires_every_part_and_any_requires_one(string signals, bool all, bool any)
    {
        const string Parts = "[{'signal':'logins30','op':'==','value':1},{'signal':'tickets30','op':'==','value':1}]";
        Assert.That(Condition($"{{'all':{Parts}}}").Holds(Given(signals)), Is.EqualTo(all));
        Assert.That(Condition($"{{'any':{Parts}}}").Holds(Given(signals)), Is.EqualTo(any));
    }

    [Test]
    public void The_missing_operator_holds_only_for_a_signal_without_a_value()
    {
        var condition = Condition("{'signal':'tickets30','op':'missing'}");
        Assert.That((condition.Holds(new SignalSet()), condition.Holds(Given("tickets30=0"))), Is.EqualTo((true, false)));
        Assert.That(condition.Evidence(new SignalSet()), Is.Empty);
    }

    [Test]
    public void Evidence_names_each_present_signal_once()
    {
        var condition = Condition(
            "{'any':[{'signal':'logins30','op':'>','value':0},{'all':[{'signal':'logins30','op':'<','value':9},{'signal':'tickets30','op':'>','value':0}]}]}");
        Assert.That(
            condition.Evidence(Given("logins30=1")),
            Is.EqualTo(new Dictionary<Signal, SignalValue> { [Signal.Logins30] = SignalValue.Of(1) }));
    }

    [TestCase("{}", "/signal", "required")]
    [TestCase("{'op':'missing'}", "/signal", "required")]
    [TestCase("{'signal':'logins30','op':'missing','value':3}", "/value", "not_allowed")]
    [TestCase("{'signal':'logins30','op':'>'}", "/value", "required")]
    [TestCase("{'signal':'login30','op':'>','value':1}", "/signal", "unknown_signal")]
    [TestCase("{'signal':'logins30','op':'=>','value':1}", "/op", "unknown")]
    [TestCase("{'signal':'logins30','op':'>','value':'1'}", "/value", "kind_mismatch")]
    [TestCase("{'signal':'logins30','op':'>','value':true}", "/value", "kind_mismatch")]
    [TestCase("{'signal':'logins30','op':'>','value':1e400}", "/value", "out_of_range")]
    [TestCase("{'signal':'logins30','op':'>','value':null}", "/value", "wrong_type")]
    [TestCase("{'signal':'championLeft','op':'>','value':true}", "/op", "kind_mismatch")]
    [TestCase("{'signal':'paymentStatus','op':'<','value':'late'}", "/op", "kind_mismatch")]
    [TestCase("{'signal':'paymentStatus','op':'==','value':'paid'}", "/value", "unknown")]
    [TestCase("{'all':[]}", "/all", "incomplete")]
    [TestCase("{'all':{}}", "/all", "wrong_type")]
    [TestCase("{'any':[7]}", "/any/0", "wrong_type")]
    [TestCase("{'none':[]}", "/none", "unknown_member")]
    [TestCase("{'all':[{'signal':'logins30','op':'>','value':1}],'op':'>'}", "", "unknown_member")]
    [TestCase("7", "", "wrong_type")]
    public void A_faulty_condition_is_refused(string condition, string pointer, string code)
    {
        var errors = ConditionReader.Read(Utf8(condition)).Errors;
        Assert.That(errors.Select(error => $"{error.Code} at {error.Pointer}"), Does.Contain($"{code} at {pointer}"));
    }

    [Test]
    public void Nesting_deeper_than_the_JSON_reader_allows_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("{'all':[", 40)) + "7" + string.Concat(Enumerable.Repeat("]}", 40));
        Assert.That(ConditionReader.Read(Utf8(deep)).Errors.Select(error => error.Code), Does.Contain("invalid_json"));
    }

    private static Condition Condition(string json) => ConditionReader.Read(Utf8(json)).Required();
}
