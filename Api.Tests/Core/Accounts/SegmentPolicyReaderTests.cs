using HealthApi.Api.Tests.Core.Scoring;
using HealthApi.Core.Accounts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Accounts;

internal sealed class SegmentPolicyReaderTests
{
    private const string Phases = "'phases':{'onboardingDays':90,'growthDays':180,'renewalDays':90}";

    [Test]
    public void A_written_policy_reads_back_unchanged()
    {
        var written = SegmentPolicyWriter.ToUtf8(SegmentPolicy.Default with { Version = 7 });
        Assert.That(SegmentPolicyWriter.ToUtf8(SegmentPolicyReader.Read(written).Required()), Is.EqualTo(written));
    }

    [TestCase("[{'id':'a','minimumArr':10,'touch':'high','csm':'x','firstResponseHours':4}]", "incomplete at /segments")]
    [TestCase(
        "[{'id':'a','minimumArr':0,'touch':'high','csm':'x','firstResponseHours':4},{'id':'b','minimumArr':0,'touch':'high','csm':'x','firstResponseHours':4}]", "not_descending at /segments/1/minimumArr")]
    [TestCase(
        "[{'id':'a','minimumArr':0,'touch':'high','csm':'x','firstResponseHours':4},{'id':'a','touch':'high','csm':'x','firstResponseHours':4}]", "duplicate at /segments/1/id")]
    [TestCase(
        "[{'id':'a','minimumArr':-1,'touch':'hihg','csm':'','firstResponseHours':0}]", "out_of_range at /segments/0/minimumArr",
        "unknown at /segments/0/touch", "out_of_range at /segments/0/csm", "out_of_range at /segments/0/firstResponseHours")]
    [TestCase(
        "[{'id':'*','minimumArr':0}]", "invalid_format at /segments/0/id", "required at /segments/0/touch", "required at /segments/0/csm",
        "required at /segments/0/firstResponseHours")]
    [TestCase("[]", "incomplete at /segments")]
    public void An_error_carries_a_code_and_a_pointer(string segments, params string[] expected)
    {
        var reading = SegmentPolicyReader.Read(Model.Utf8($"{{'segments':{segments},{Phases}}}"));
        Assert.That(reading.Errors.Select(error => $"{error.Code} at {error.Pointer}"), Is.EqualTo(expected));
    }

    [Test]
    public void A_growth_phase_that_can_never_apply_is_refused()
    {
        var reading = SegmentPolicyReader.Read(
            Model.Utf8(
                "{'segments':[{'id':'a','minimumArr':0,'touch':'high','csm':'x','firstResponseHours':4}],'phases':{'onboardingDays':90,'growthDays':90,'renewalDays':0}}"));
        Assert.That(
            reading.Errors.Select(error => $"{error.Code} at {error.Pointer}"), Is.EqualTo(new[] { "unreachable at /phases/growthDays" }));
    }

    [TestCase(100_000, null, "enterprise")]
    [TestCase(99_999.99, null, "mid_market")]
    [TestCase(24_999, null, "smb")]
    [TestCase(1, "self_serve", "self_serve")]
    [TestCase(200_000, "gone", "enterprise", TestName = "A pin to a segment that no longer exists is ignored")]
    public void An_account_is_in_its_pinned_segment_or_the_first_whose_minimum_ARR_it_reaches(double arr, string? pinned, string segment) =>
        Assert.That(
            SegmentPolicy.Default.Of(new Account { Id = "a", Name = "a", Arr = (decimal)arr, PinnedSegment = pinned }),
            Is.EqualTo(segment));
}
