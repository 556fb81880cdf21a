using HealthApi.Infrastructure.Webhooks.Outbox;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Outbox;

internal sealed class AccountQueuesTests
{
    /// <summary>Deliveries are added, begun, ended and drained in any order.</summary>
    [FsCheck.NUnit.Property(MaxTest = 500, QuietOnSuccess = true)]
    public void Deliveries_of_an_account_begin_one_by_one_in_order_and_accounts_do_not_wait_for_each_other(byte[] steps)
    {
        var (queues, underWay, waiting, seq) = (new AccountQueues(), new List<ClaimedDelivery>(), new List<ClaimedDelivery>(), 0L);
        foreach (var step in steps)
        {
            var account = step % 5 == 0 ? null : $"account-{step % 5}";
            if (step < 128)
            {
                var added = new ClaimedDelivery { Seq = seq++, MessageId = $"msg_{seq}", AccountId = account };
                Assert.That(queues.IsFree(added), Is.EqualTo(!waiting.Concat(underWay).Any(other => AreOfOneAccount(other, added))));
                queues.Add(added);
                waiting.Add(added);
            }
            else if (step < 190)
            {
                var free = waiting.Where(delivery => !underWay.Exists(other => AreOfOneAccount(other, delivery))).ToList();
                var began = queues.TryBegin(out var delivery);
                Assert.That(began, Is.EqualTo(free.Count > 0), "a delivery begins whatever other accounts have under way");
                if (!began) continue;
                Assert.That(delivery, Is.EqualTo(free.First(other => AreOfOneAccount(other, delivery!))), "it is the first of its account");
                waiting.Remove(delivery!);
                underWay.Add(delivery!);
            }
            else if (step < 250 && underWay.Count > 0)
            {
                var ended = underWay[step % underWay.Count];
                underWay.Remove(ended);
                queues.End(ended);
            }
            else if (step >= 250)
            {
                Assert.That(queues.Drain(), Is.EquivalentTo(waiting));
                waiting.Clear();
            }

            Assert.That(queues.Count, Is.EqualTo(waiting.Count));
        }
    }

    private static bool AreOfOneAccount(ClaimedDelivery one, ClaimedDelivery other) =>
        one.AccountId is null || other.AccountId is null ? one.Seq == other.Seq : one.AccountId == other.AccountId;
}
