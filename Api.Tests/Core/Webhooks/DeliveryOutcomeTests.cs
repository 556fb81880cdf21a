using HealthApi.Core.Webhooks;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Webhooks;

internal sealed class DeliveryOutcomeTests
{
    [TestCase(200, DeliveryOutcome.Delivered)]
    [TestCase(204, DeliveryOutcome.Delivered)]
    [TestCase(299, DeliveryOutcome.Delivered)]
    [TestCase(199, DeliveryOutcome.Retry)]
    [TestCase(301, DeliveryOutcome.Retry)]
    [TestCase(307, DeliveryOutcome.Retry)]
    [TestCase(400, DeliveryOutcome.Retry)]
    [TestCase(404, DeliveryOutcome.Retry)]
    [TestCase(410, DeliveryOutcome.Gone)]
    [TestCase(413, DeliveryOutcome.Permanent)]
    [TestCase(429, DeliveryOutcome.Throttled)]
    [TestCase(500, DeliveryOutcome.Retry)]
    [TestCase(502, DeliveryOutcome.Throttled)]
    [TestCase(503, DeliveryOutcome.Throttled)]
    [TestCase(504, DeliveryOutcome.Throttled)]
    public void A_status_has_one_outcome(int status, DeliveryOutcome expected) =>
        Assert.That(DeliveryOutcomes.Of(status), Is.EqualTo(expected));

    [Test]
    public void Every_fault_except_a_refused_address_is_retried() =>
        Assert.That(
            Enum.GetValues<DeliveryFault>().Where(fault => DeliveryOutcomes.Of(fault) != DeliveryOutcome.Retry),
            Is.EqualTo(new[] { DeliveryFault.AddressRefused }));
}
