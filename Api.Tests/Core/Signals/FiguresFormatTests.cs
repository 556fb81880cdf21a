using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

/// <summary>
/// Baselines hold figures in the form of the time they were written, and nothing they could be rebuilt from: every form is read for ever.
/// </summary>
internal sealed class FiguresFormatTests
{
    private const string Format1 =
        "014FC2F4E0D1B8070707010275320701077265706F727473EB0B000000000002E212149701149B06010274310297068104CF0538FF0B00930C30FF0BF7DDB40101FB0B00E80700010269"
        + "30930C000000930C000001EB0B06F30B000000000000F30B000000000000000000000000";

    [Test]
    public void Format_1_is_read()
    {
        var figures = AccountFigures.DecodeBaseline(Convert.FromHexString(Format1));
        var former = figures.SubscriptionsAt(figures.NewestEvent!.Value).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(figures.NewestEvent, Is.EqualTo(new DateTimeOffset(2026, 11, 17, 9, 0, 0, TimeSpan.Zero)));
            Assert.That((former.SubscriptionId, former.Mrr, former.Licences), Is.EqualTo(((string?)null, 1000m, 12)));
            Assert.That(former.RenewalDate, Is.EqualTo(new DateTimeOffset(2027, 11, 1, 0, 0, 0, TimeSpan.Zero)));
            Assert.That(figures.NewestByFamily()[EventFamily.Nps], Is.EqualTo(figures.NewestEvent!.Value.AddDays(-378)));
            Assert.That(figures.NewestByFamily()[EventFamily.Relationship], Is.EqualTo(figures.NewestEvent!.Value.AddDays(-379)));
        }
    }

    [Test]
    public void Terms_of_format_1_are_of_all_subscriptions_and_count_until_one_is_told()
    {
        var figures = AccountFigures.DecodeBaseline(Convert.FromHexString(Format1));
        var told = figures.NewestEvent!.Value.AddDays(1);
        figures.Apply(
            new HealthEvent(
                "test", "1", EventType.BillingSubscriptionChanged, "acme", told, new BillingData { SubscriptionId = "base", Mrr = 600 }));
        Assert.That(
            figures.TermsAt(told).Mrr("USD")?.Value, Is.EqualTo(600),
            "1,000 were of this subscription too: both together would count it twice");
        Assert.That(AccountFigures.Decode(figures.Encode(told)).TermsAt(told).Mrr("USD")?.Value, Is.EqualTo(600));
    }

    [Test]
    public void A_state_of_format_1_is_not_read_but_rebuilt() =>
        Assert.That(() => AccountFigures.Decode(Convert.FromHexString(Format1)), Throws.TypeOf<InvalidDataException>());
}
