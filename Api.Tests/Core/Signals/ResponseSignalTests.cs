using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class ResponseSignalTests
{
    [Test]
    public void The_NPS_score_is_promoters_less_detractors_and_the_newest_answer_is_the_latest()
    {
        var signals = Derived(Nps(10, 9), Nps(20, 10), Nps(30, 6), Nps(40, 8), Nps(5, 7), Nps(180, 0));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.NpsScore180].Number, Is.EqualTo(20));
            Assert.That(signals[Signal.NpsLatest].Number, Is.EqualTo(7));
            Assert.That(signals.EvidenceAt(Signal.NpsLatest), Is.EqualTo(Now.AddDays(-5)));
        }
    }

    [Test]
    public void The_newest_NPS_answer_is_kept_when_no_answer_is_left_for_the_score()
    {
        var stored = AccountFigures.Decode(Figures(Nps(390, 3), Nps(395, 10)).Encode(Now.AddDays(100)));
        var signals = SignalDeriver.Derive(stored, Acme, Now.AddDays(100));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.NpsLatest].Number, Is.EqualTo(3));
            Assert.That(signals[Signal.NpsScore180].IsMissing);
        }
    }

    [Test]
    public void Csat_and_ces_are_means_of_90_days()
    {
        var signals = Derived(Csat(1, 5), Csat(2, 4), Csat(3, 3), Csat(90, 1), Ces(1, 2), Ces(2, 1), Ces(91, 5));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.CsatAverage90].Number, Is.EqualTo(4));
            Assert.That(signals[Signal.CsatPercent90].Number, Is.EqualTo(2.0 / 3));
            Assert.That(signals[Signal.CesAverage90].Number, Is.EqualTo(1.5));
        }
    }

    [TestCase(0, 4)]
    [TestCase(0, 4, 4)]
    [TestCase(1, 3, 4)]
    [TestCase(1, 3, 4, 2)]
    [TestCase(3, 2, 3, 4, 5)]
    [TestCase(0, 5, 1, 2, 3)]
    [TestCase(1, 3, 4, null, 5)]
    [TestCase(0, null, 3, 4, 5)]
    [TestCase(12, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.2, 2.3)]
    public void Declining_months_are_counted_back_from_the_newest(double months, params object?[] averagesNewestFirst)
    {
        var answers =
            averagesNewestFirst.Select((average, month) => average is null ? null : Csat((30 * month) + 7, Convert.ToDouble(average)));
        Assert.That(Derived(answers.OfType<HealthEvent>())[Signal.CsatDecliningMonths].Number, Is.EqualTo(months));
    }

    [Test]
    public void Equal_means_of_fractions_are_no_decline() =>
        Assert.That(Derived(Csat(1, 4.1), Csat(2, 4.3), Csat(31, 4.2), Csat(61, 4.2))[Signal.CsatDecliningMonths].Number, Is.Zero);

    [Test]
    public void Without_answers_all_signals_are_missing_and_with_old_answers_only_the_decline_is_0()
    {
        using (Assert.EnterMultipleScope())
        {
            Signal[] signals = [Signal.CsatAverage90, Signal.CsatPercent90, Signal.CesAverage90, Signal.NpsLatest, Signal.NpsScore180];
            foreach (var signal in signals)
            {
                Assert.That(Derived(Usage(1))[signal].IsMissing, signal.ToString());
            }

            Assert.That(Derived(Usage(1))[Signal.CsatDecliningMonths].IsMissing);
            Assert.That(Derived(Csat(100, 4))[Signal.CsatAverage90].IsMissing);
            Assert.That(Derived(Csat(100, 4))[Signal.CsatDecliningMonths], Is.EqualTo(SignalValue.Of(0.0)));
        }
    }
}
