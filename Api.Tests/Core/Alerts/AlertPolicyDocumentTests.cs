using System.Collections.Immutable;
using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Core.Accounts;
using HealthApi.Core.Alerts;
using HealthApi.Core.Churn;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Alerts;

/// <summary>Alert policies as documents: reading, writing, and what segments state of their own.</summary>
internal sealed class AlertPolicyDocumentTests
{
    private static readonly string[] SegmentIds = ["enterprise", "mid_market", "smb", "self_serve"];

    [Test]
    public void The_built_in_policy_has_the_stated_values()
    {
        var rules = AlertPolicy.BuiltIn.For("smb");
        Assert.That(rules.Health, Is.EqualTo(new HealthAlertRules(25, 14, 40, 72, 168, 0.5)));
        Assert.That(rules.ChurnRisk, Is.EqualTo(new RiskAlertRules("high", 48, 168)));
        Assert.That(rules.MaxPerOwnerPerWeek, Is.Null);
        Assert.That(AlertPolicyNames.Check(AlertPolicy.BuiltIn, SegmentPolicy.Default, BuiltInChurnRules.Default), Is.Empty);
    }

    [Test]
    public void What_a_document_leaves_out_is_as_in_the_built_in_policy()
    {
        var policy = Read("{'health':{'confirmHours':24},'segments':{}}");
        Assert.That(policy.For("smb"), Is.EqualTo(AlertPolicy.BuiltIn.Default with
        {
            Health = AlertPolicy.BuiltIn.Default.Health! with { ConfirmHours = 24 },
        }));
    }

    [Test]
    public void A_segment_states_only_what_differs()
    {
        var policy = Read(
            "{'health':{'confirmHours':48},'churnRisk':null,'maxPerOwnerPerWeek':5,'segments':{'enterprise':{'health':{'fallPoints':15},"
            + "'maxPerOwnerPerWeek':null},'smb':{'health':null},'mid_market':{'churnRisk':{'confirmHours':0}}}}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                policy.For("enterprise"), Is.EqualTo(new AlertRules(new HealthAlertRules(15, 14, 40, 48, 168, 0.5), null, null)),
                "an explicit null ends the limit, and other members are those of all segments");
            Assert.That(policy.For("smb"), Is.EqualTo(new AlertRules(null, null, 5)), "null switches the metric off");
            Assert.That(
                policy.For("mid_market").ChurnRisk, Is.EqualTo(new RiskAlertRules("high", 0, 168)),
                "a segment switches a metric on, with the built-in values of what it does not state");
            Assert.That(policy.For("self_serve"), Is.EqualTo(policy.Default));
        }
    }

    /// <summary>Reading what was written gives the same rules for every segment, and the same document again.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300, QuietOnSuccess = true)]
    public void A_written_policy_reads_back_unchanged(int seed)
    {
        var policy = Arbitrary(new Random(seed));
        var written = AlertPolicyWriter.ToUtf8(policy);
        var read = AlertPolicyReader.Read(written).Required();
        Assert.That(AlertPolicyWriter.ToUtf8(read), Is.EqualTo(written));
        foreach (var segment in SegmentIds) Assert.That(read.For(segment), Is.EqualTo(policy.For(segment)));
    }

    private static AlertPolicy Read(string json) => AlertPolicyReader.Read(Model.Utf8(json)).Required();

    private static AlertPolicy Arbitrary(Random random)
    {
        var initial = AlertPolicy.BuiltIn.Default;
        var segments = SegmentIds.Where(_ => random.Next(2) == 0).ToImmutableSortedDictionary(
            id => id, _ => Change(random), StringComparer.Ordinal);
        return new AlertPolicy(Change(random).Over(initial), segments, initial)
        {
            Version = random.Next(1, 9),
            Description = random.Next(2) == 0 ? "" : "Größer \"als\" <b> 🚀",
        };
    }

    private static AlertRulesChange Change(Random random) => new(
        random.Next(4) switch { 0 => null, 1 => HealthAlertChange.SwitchedOff, _ => Health(random) },
        random.Next(4) switch { 0 => null, 1 => RiskAlertChange.SwitchedOff, _ => Risk(random) },
        random.Next(3) switch { 0 => null, 1 => new OwnerLimit(null), _ => new OwnerLimit(random.Next(1, 10_001)) });

    private static HealthAlertChange Health(Random random) => new(
        false, Some(random, 1 + (99 * random.NextDouble())), Some(random, random.Next(1, 15)), Some(random, (double)random.Next(1, 101)),
        Some(random, random.Next(673)), Some(random, random.Next(673)), Some(random, random.NextDouble()));

    private static RiskAlertChange Risk(Random random) => new(
        false, random.Next(2) == 0 ? null : "medium", Some(random, random.Next(673)), Some(random, random.Next(673)));

    private static T? Some<T>(Random random, T value)
        where T : struct => random.Next(2) == 0 ? null : value;
}
