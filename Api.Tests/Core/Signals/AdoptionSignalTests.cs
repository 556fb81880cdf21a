using HealthApi.Core.Accounts;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class AdoptionSignalTests
{
    private static readonly Account WithCore = Acme with
    {
        FeaturesAvailable = 4,
        CoreFeatures = ["reports", "export", "export"],
        CustomerSince = Now.AddDays(-100),
    };

    [Test]
    public void Adoption_counts_distinct_features_of_30_days()
    {
        var signals = Derived(
            WithCore, Usage(1, feature: "reports"), Usage(2, feature: "reports"), Usage(3, feature: "extra"), Usage(40, feature: "export"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.FeatureAdoption].Number, Is.EqualTo(0.5));
            Assert.That(signals[Signal.CoreFeatureAdoption].Number, Is.EqualTo(0.5), "a core feature that is listed twice counts once");
        }
    }

    [Test]
    public void Adoption_is_0_with_usage_but_no_feature_and_missing_without_usage()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Derived(WithCore, Usage(90))[Signal.FeatureAdoption], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(Derived(WithCore, Usage(90))[Signal.CoreFeatureAdoption], Is.EqualTo(SignalValue.Of(0.0)));
            Assert.That(Derived(WithCore)[Signal.FeatureAdoption].IsMissing);
            Assert.That(Derived(WithCore)[Signal.CoreFeatureAdoption].IsMissing);
            Assert.That(Derived(Acme, Usage(1, feature: "reports"))[Signal.FeatureAdoption].IsMissing);
            Assert.That(Derived(Acme, Usage(1, feature: "reports"))[Signal.CoreFeatureAdoption].IsMissing);
        }
    }

    [TestCase(3, 0.75)]
    [TestCase(9, 1)]
    public void The_feature_count_of_a_snapshot_is_used_when_fewer_features_are_named(long counted, double adoption) =>
        Assert.That(
            Derived(WithCore, Usage(1, feature: "reports"), Snapshot(2, features: counted))[Signal.FeatureAdoption].Number,
            Is.EqualTo(adoption));

    [Test]
    public void First_value_is_the_first_use_of_a_core_feature_however_late_its_event_comes()
    {
        var signals = Derived(WithCore, Usage(10, feature: "export"), Usage(99, feature: "extra"), Usage(88.5, feature: "reports"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signals[Signal.DaysToFirstValue].Number, Is.EqualTo(11), "whole days");
            Assert.That(signals.EvidenceAt(Signal.DaysToFirstValue), Is.EqualTo(Now.AddDays(-88.5)));
        }
    }

    [Test]
    public void First_value_is_kept_after_its_usage_has_left_the_figures()
    {
        var figures = Figures(Usage(390, feature: "reports"));
        var stored = AccountFigures.Decode(figures.Encode(Now.AddDays(300)));
        var signals = SignalDeriver.Derive(stored, WithCore with { CustomerSince = Now.AddDays(-395) }, Now.AddDays(300));
        Assert.That(signals[Signal.DaysToFirstValue].Number, Is.EqualTo(5));
    }

    [Test]
    public void First_value_is_missing_until_a_core_feature_was_used() =>
        Assert.That(Derived(WithCore, Usage(1, feature: "extra"))[Signal.DaysToFirstValue].IsMissing);
}
