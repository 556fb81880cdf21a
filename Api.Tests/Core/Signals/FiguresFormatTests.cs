using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

/// <summary>
/// A baseline stores its figures in the format in which they were written. Its events are pruned, so the figures cannot be derived again:
/// every format stays readable.
/// </summary>
internal sealed class FiguresFormatTests
{
    private const string Format1 =
        "014FC2F4E0D1B8070707010275320701077265706F727473EB0B000000000002E212149701149B06010274310297068104CF0538FF0B00930C30FF0BF7DDB40101FB0B00E80700010269"
        + "30930C000000930C000001EB0B06F30B000000000000F30B000000000000000000000000";

    [Test]
    public void A_baseline_in_format_1_is_read()
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
    public void Terms_in_format_1_cover_all_subscriptions_until_an_event_names_one()
    {
        var figures = AccountFigures.DecodeBaseline(Convert.FromHexString(Format1));
        var later = figures.NewestEvent!.Value.AddDays(1);
        figures.Apply(
            new HealthEvent(
                "test", "1", EventType.BillingSubscriptionChanged, "acme", later, new BillingData { SubscriptionId = "base", Mrr = 600 }));
        Assert.That(
            figures.TermsAt(later).Mrr("USD")?.Value, Is.EqualTo(600),
            "the 1,000 of format 1 include this subscription; adding both would count it twice");
        Assert.That(AccountFigures.Decode(figures.Encode(later)).TermsAt(later).Mrr("USD")?.Value, Is.EqualTo(600));
    }

    [Test]
    public void A_state_in_format_1_is_rejected_so_that_it_is_rebuilt() =>
        Assert.That(() => AccountFigures.Decode(Convert.FromHexString(Format1)), Throws.TypeOf<InvalidDataException>());
}
