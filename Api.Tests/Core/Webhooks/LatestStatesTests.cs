using FsCheck;
using FsCheck.Fluent;
using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

/// <summary>
/// For any held messages, the receiver gets the latest message of every account and threshold, and the recovery of every crossing that it
/// knows of.
/// </summary>
internal sealed class LatestStatesTests
{
    private static readonly string[] Thresholds = ["a", "b", "c"];

    [FsCheck.NUnit.Property(MaxTest = 300, Arbitrary = [typeof(HeldMessages)])]
    public void Only_superseded_messages_that_resolve_no_crossing_known_to_the_receiver_are_left_out(Held held)
    {
        var states = new LatestStates();
        foreach (var (position, message) in held.Messages) states.Add(message, position);
        var old = states.Superseded(held.Messages, held.Known).ToHashSet();

        foreach (
            var latest in held.Messages.SelectMany(
                entry => entry.Message.Thresholds.Select(threshold => (entry.Message.AccountId, threshold, entry.Position)))
            .GroupBy(entry => (entry.AccountId, entry.threshold)).Select(group => group.Max(entry => entry.Position)))
        {
            Assert.That(old, Does.Not.Contain(latest), "the latest of an account and threshold is sent");
        }

        var known = held.Known.Concat(held.Messages.Where(entry => !old.Contains(entry.Position)).Select(entry => entry.Message.Id))
            .ToHashSet();
        foreach (var (position, message) in held.Messages.Where(entry => old.Contains(entry.Position)))
        {
            Assert.That(
                message.Resolves.Select(message.IdOfResolved).Where(known.Contains), Is.Empty,
                $"{message.Id} resolves a crossing that the receiver knows of");
            var later = held.Messages.Where(entry => entry.Position > position && entry.Message.AccountId == message.AccountId)
                .SelectMany(entry => entry.Message.Thresholds);
            Assert.That(message.Thresholds, Is.SubsetOf(later), $"a later message has every threshold of {message.Id}");
        }
    }

    [Test]
    public void A_body_is_read_in_every_format_that_a_version_has_written()
    {
        var former = Read("""{"data":{"threshold":"a","resolves":"crs_1"}}""");
        var several = Read("""{"data":{"threshold":"a","passed":["b","a"],"resolves":["crs_1","crs_2"]}}""");
        var none = Read("""{"data":{"threshold":"a","resolves":null}}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((former!.Thresholds, former.Resolves), Is.EqualTo((new[] { "a" }, new[] { "crs_1" })));
            Assert.That((several!.Thresholds, several.Resolves), Is.EqualTo((new[] { "a", "b" }, new[] { "crs_1", "crs_2" })));
            Assert.That((none!.Thresholds, none.Resolves), Is.EqualTo((new[] { "a" }, Array.Empty<string>())));
            Assert.That(
                StateMessage.Read("msg_1", WebhookEventTypes.AccountChurned, "acme", """{"data":{}}"""), Is.Null, "it has no threshold");
        }
    }

    private static StateMessage? Read(string body) => StateMessage.Read("msg_1", WebhookEventTypes.HealthThresholdCrossed, "acme", body);

    /// <summary>Messages in their order, and the ids of those that were delivered before.</summary>
    internal sealed record Held((long Position, StateMessage Message)[] Messages, HashSet<string> Known);

    internal static class HeldMessages
    {
        public static Arbitrary<Held> Held() => Arb.From(
            from length in Gen.Choose(0, 12)
            from drawn in Gen.ArrayOf(One, length)
            from known in Gen.SubListOf(Enumerable.Range(0, 4))
            select Of(drawn, known));

        private static Gen<(string Account, int Thresholds, int? Resolves)> One =>
            from account in Gen.Elements("acme", "globex")
            from thresholds in Gen.Choose(1, 7)
            from resolves in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 12).Select(crossing => (int?)crossing))
            select (account, thresholds, resolves);

        private static Held Of((string Account, int Thresholds, int? Resolves)[] drawn, IList<int> known)
        {
            const string Type = WebhookEventTypes.HealthThresholdCrossed;
            var messages = drawn.Select((one, index) => ((long)index, new StateMessage(
                WebhookMessage.IdOf(Type, $"crs_{index}"), Type, one.Account,
                    [.. Thresholds.Where((_, bit) => (one.Thresholds & (1 << bit)) != 0)],
                one.Resolves is { } crossing && crossing < index ? [$"crs_{crossing}"] : one.Resolves is { } old ? [$"old_{old}"] : [])));
            return new Held([.. messages], [.. known.Select(number => WebhookMessage.IdOf(Type, $"old_{number}"))]);
        }
    }
}
