using HealthApi.Core.Events;
using HealthApi.Core.Signals;
using NUnit.Framework;
using static HealthApi.Api.Tests.Support.Data.SampleEvents;

namespace HealthApi.Api.Tests.Core.Signals;

internal sealed class SupportSentimentTests
{
    [TestCase("positive", Sentiment.Positive, Sentiment.Positive, Sentiment.Negative)]
    [TestCase("neutral", Sentiment.Positive, Sentiment.Neutral)]
    [TestCase("negative", Sentiment.Positive, Sentiment.Neutral, Sentiment.Negative)]
    [TestCase("negative", Sentiment.Negative, Sentiment.Positive, Sentiment.Positive, Sentiment.Negative, Sentiment.Neutral)]
    public void The_majority_decides_and_ties_go_to_the_worse_sentiment(string word, params Sentiment[] sentiments) =>
        Assert.That(
            Word(sentiments.Select((sentiment, index) => Ticket(index, EventType.TicketUpdated, $"T-{index}", sentiment: sentiment))),
            Is.EqualTo(word));

    [Test]
    public void Each_ticket_counts_once_with_its_newest_sentiment() => Assert.That(
        Word(
            [
                Ticket(3, EventType.TicketOpened, "A", sentiment: Sentiment.Negative),
                Ticket(2, EventType.TicketUpdated, "A", sentiment: Sentiment.Negative),
                Ticket(1, EventType.TicketUpdated, "A", sentiment: Sentiment.Positive), Ticket(0, EventType.TicketClosed, "A"),
            ]),
        Is.EqualTo("positive"));

    [Test]
    public void An_old_sentiment_counts_while_its_ticket_has_events_within_30_days()
    {
        var opened = Ticket(200, EventType.TicketOpened, sentiment: Sentiment.Negative);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Word([opened, Ticket(29, EventType.TicketUpdated)]), Is.EqualTo("negative"));
            Assert.That(Word([opened, Ticket(30, EventType.TicketUpdated)]), Is.Null);
        }
    }

    [Test]
    public void The_sentiment_is_missing_when_no_recent_ticket_states_one() =>
        Assert.That(Word([Ticket(1, EventType.TicketOpened)]), Is.Null);

    [TestCase(true)]
    [TestCase(true, EventType.TicketUpdated)]
    [TestCase(false, EventType.TicketResolved)]
    [TestCase(false, EventType.TicketClosed)]
    [TestCase(false, EventType.TicketResolved, EventType.TicketReopened)]
    [TestCase(true, EventType.TicketResolved, EventType.TicketReopened, EventType.TicketEscalated)]
    public void Escalated_lasts_until_the_ticket_is_resolved_or_closed(bool escalated, params EventType[] afterwards)
    {
        HealthEvent[] history =
        [
            Ticket(300, EventType.TicketEscalated),
            .. afterwards.Select((type, index) => Ticket(200 - index, type)),
            Ticket(1, EventType.TicketUpdated, "other", sentiment: Sentiment.Positive),
        ];
        Assert.That(Word(history), Is.EqualTo(escalated ? "escalated" : "positive"));
    }

    [Test]
    public void A_resolution_at_the_instant_of_the_escalation_counts_as_after_it() =>
        Assert.That(Word([Ticket(1, EventType.TicketResolved), Ticket(1, EventType.TicketEscalated)]), Is.Null);

    [TestCase(399.9, "escalated")]
    [TestCase(400, null)]
    public void An_escalation_counts_for_400_days(double daysAgo, string? word) =>
        Assert.That(Word([Ticket(daysAgo, EventType.TicketEscalated)]), Is.EqualTo(word));

    private static string? Word(IEnumerable<HealthEvent> events) => Derived(events)[Signal.SupportSentiment].Word;
}
