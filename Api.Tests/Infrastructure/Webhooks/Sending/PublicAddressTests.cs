using System.Net;
using HealthApi.Infrastructure.Webhooks.Sending;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Webhooks.Sending;

/// <summary>The first and last address of each reserved range, and their neighbours outside.</summary>
internal sealed class PublicAddressTests
{
    [TestCase("0.0.0.0", "0.255.255.255", "1.0.0.0")]
    [TestCase("10.0.0.0", "10.255.255.255", "11.0.0.0")]
    [TestCase("100.64.0.0", "100.127.255.255", "100.128.0.0", Description = "carrier-grade NAT")]
    [TestCase("127.0.0.0", "127.255.255.255", "128.0.0.0")]
    [TestCase("168.63.129.16", "168.63.129.16", "168.63.129.17")]
    [TestCase("169.254.0.0", "169.254.255.255", "169.255.0.0")]
    [TestCase("172.16.0.0", "172.31.255.255", "172.32.0.0")]
    [TestCase("192.0.0.0", "192.0.0.255", "192.0.1.0")]
    [TestCase("192.0.2.0", "192.0.2.255", "192.0.3.0")]
    [TestCase("192.88.99.0", "192.88.99.255", "192.88.100.0")]
    [TestCase("192.168.0.0", "192.168.255.255", "192.169.0.0")]
    [TestCase("198.18.0.0", "198.19.255.255", "198.20.0.0")]
    [TestCase("198.51.100.0", "198.51.100.255", "198.51.101.0")]
    [TestCase("203.0.113.0", "203.0.113.255", "203.0.114.0")]
    [TestCase("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", Description = "IPv4-mapped")]
    [TestCase("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::5db8:d822", Description = "NAT64")]
    [TestCase("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::", Description = "Teredo, ORCHID, benchmarking")]
    [TestCase("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::")]
    [TestCase("2002::", "2002:7f00:1::", "2003::", Description = "6to4")]
    [TestCase("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::")]
    [TestCase("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::", Description = "below global unicast")]
    public void A_reserved_range_is_refused_up_to_both_ends(string first, string last, string outside)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IsPublic(first), Is.False, first);
            Assert.That(IsPublic(last), Is.False, last);
            Assert.That(IsPublic(outside), Is.True, outside);
        }
    }

    [TestCase("224.0.0.1", Description = "multicast")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::1")]
    [TestCase("::127.0.0.1", Description = "IPv4-compatible, obsolete")]
    [TestCase("::ffff:0:127.0.0.1", Description = "IPv4-translated")]
    [TestCase("64:ff9b:1::7f00:1", Description = "local NAT64")]
    [TestCase("100::1", Description = "discard")]
    [TestCase("4000::1", Description = "above global unicast")]
    [TestCase("5f00::1")]
    [TestCase("fc00::1")]
    [TestCase("fd00:ec2::254", Description = "a cloud's metadata")]
    [TestCase("fe80::1")]
    [TestCase("fe80::1%1")]
    [TestCase("fec0::1")]
    [TestCase("ff02::1")]
    public void Other_reserved_addresses_are_not_public(string address) => Assert.That(IsPublic(address), Is.False);

    [TestCase("1.1.1.1")]
    [TestCase("93.184.216.34")]
    [TestCase("223.255.255.255")]
    [TestCase("2606:2800:220:1:248:1893:25c8:1946")]
    public void Addresses_of_the_internet_are_public(string address) => Assert.That(IsPublic(address), Is.True);

    [TestCase("169.254.0.0")]
    [TestCase("169.254.169.254", Description = "metadata of most clouds")]
    [TestCase("169.254.170.2", Description = "a cloud's task credentials")]
    [TestCase("169.254.255.255")]
    [TestCase("168.63.129.16", Description = "a cloud's host agent")]
    [TestCase("100.100.100.200", Description = "a cloud's metadata among carrier addresses")]
    [TestCase("192.0.0.192", Description = "a cloud's metadata among protocol assignments")]
    [TestCase("::ffff:169.254.169.254", Description = "IPv4-mapped")]
    [TestCase("::169.254.169.254", Description = "IPv4-compatible")]
    [TestCase("::ffff:0:169.254.169.254", Description = "IPv4-translated")]
    [TestCase("64:ff9b::a9fe:a9fe", Description = "NAT64")]
    [TestCase("64:ff9b:1::a9fe:a9fe", Description = "local NAT64, the address at the end")]
    [TestCase("64:ff9b:1:a9fe:a9:fe00::", Description = "local NAT64, the address after 48 bits")]
    [TestCase("2002:a9fe:a9fe::1", Description = "6to4")]
    [TestCase("2001::1", Description = "Teredo: any address can be inside")]
    [TestCase("fe80::1")]
    [TestCase("fe80::a9fe:a9fe%1")]
    [TestCase("febf:ffff::1")]
    [TestCase("fd00:ec2::254", Description = "a cloud's metadata")]
    [TestCase("fd20:ce::254", Description = "a cloud's metadata")]
    [TestCase("0.0.0.0")]
    [TestCase("0.1.2.3")]
    [TestCase("::")]
    [TestCase("224.0.0.1")]
    [TestCase("239.255.255.255")]
    [TestCase("255.255.255.255")]
    [TestCase("ff02::1")]
    public void An_address_that_no_receiver_can_have_is_refused_even_where_private_networks_are_allowed(string address) =>
        Assert.That(PublicAddress.MayBeReceiver(IPAddress.Parse(address)), Is.False);

    [TestCase("127.0.0.1")]
    [TestCase("10.1.2.3")]
    [TestCase("172.16.0.1")]
    [TestCase("192.168.1.1")]
    [TestCase("100.64.0.1")]
    [TestCase("169.253.255.255")]
    [TestCase("169.255.0.0")]
    [TestCase("::1")]
    [TestCase("fc00::1")]
    [TestCase("fd00:abcd::254")]
    [TestCase("::ffff:10.1.2.3")]
    [TestCase("64:ff9b::a01:203")]
    [TestCase("93.184.216.34")]
    public void Receivers_on_loopback_and_in_private_ranges_are_allowed_with_private_networks(string address) =>
        Assert.That(PublicAddress.MayBeReceiver(IPAddress.Parse(address)), Is.True);

    /// <summary>An IPv4 address gets the same answer however an IPv6 address carries it.</summary>
    [FsCheck.NUnit.Property]
    public bool An_IPv4_address_inside_an_IPv6_address_is_classified_as_itself(uint bits)
    {
        byte[] inner = [(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits];
        var expected = PublicAddress.IsPublic(new IPAddress(inner));
        return PublicAddress.IsPublic(new IPAddress(inner).MapToIPv6()) == expected
            && PublicAddress.IsPublic(new IPAddress([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. inner])) == expected
            && (!expected || PublicAddress.MayBeReceiver(new IPAddress(inner)));
    }

    private static bool IsPublic(string address) => PublicAddress.IsPublic(IPAddress.Parse(address));
}
