using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Signals;

/// <summary>Baselines hold figures in the form of the time they were written, and nothing they could be rebuilt from: every form is read for ever.</summary>
internal sealed class FiguresFormatTests
{
    private const string Format1 =
        "014FC2F4E0D1B8070707010275320701077265706F727473EB0B000000000002E212149701149B06010274310297068104CF0538FF0B00930C30FF0BF7DDB40101FB0B00E80700010269"
        + "30930C000000930C000001EB0B06F30B000000000000F30B000000000000000000000000";

    [Test]
    public void Format_1_is_read()
    {
        var figures = AccountFigures.Decode(Convert.FromHexString(Format1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(figures.NewestEvent, Is.EqualTo(new DateTimeOffset(2026, 11, 17, 9, 0, 0, TimeSpan.Zero)));
            Assert.That(figures.Terms.Mrr?.Value, Is.EqualTo(1000m));
            Assert.That(figures.Terms.Licences?.Value, Is.EqualTo(12));
            Assert.That(figures.Terms.RenewalDate?.Value, Is.EqualTo(new DateTimeOffset(2027, 11, 1, 0, 0, 0, TimeSpan.Zero)));
            Assert.That(figures.NewestByFamily()[EventFamily.Nps], Is.EqualTo(figures.NewestEvent!.Value.AddDays(-378)));
            Assert.That(figures.NewestByFamily()[EventFamily.Relationship], Is.EqualTo(figures.NewestEvent!.Value.AddDays(-379)));
        }
    }
}
