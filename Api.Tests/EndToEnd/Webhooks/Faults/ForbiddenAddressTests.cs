using System.Net;
using System.Net.Sockets;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>
/// The service does not connect to private addresses, even if a host name changes its addresses. For redirects see
/// <see cref="AnswerSequenceTests"/>.
/// </summary>
internal sealed class ForbiddenAddressTests
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.216.34");

    private readonly ManualTimeProvider _clock = new();

    [TestCase("127.0.0.1")]
    [TestCase("93.184.216.34", "127.0.0.1", Description = "one refused address is enough to refuse the name")]
    [TestCase("127.0.0.1", "93.184.216.34")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("64:ff9b::7f00:1")]
    public async Task A_name_that_resolves_to_a_private_address_later_is_never_connected_to(params string[] addresses)
    {
        var names = new FakeHostResolver { Addresses = [Public] };
        using var inside = new ConnectionCounter();
        await using var service =
            await TestService.StartAsync(["Webhooks:AllowPrivateNetworks=false"], _clock, adjust: names.ReplaceResolver);
        var (id, _) = await service.SubscribeAsync(new Uri($"https://rebind.example.com:{inside.Port}/"));
        names.Addresses = [.. addresses.Select(IPAddress.Parse)];
        var lookups = names.Lookups;
        await service.QueueAsync("crs_1");

        var log = await service.WaitForAttemptsAsync(id, 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.GetProperty("attempts")[0].GetProperty("error").GetString(), Is.EqualTo("address_refused"));
            Assert.That(log.GetProperty("status").GetString(), Is.EqualTo("failed"), "the delivery is kept for redelivery");
            Assert.That(
                names.Lookups, Is.EqualTo(lookups + 1), "the name is resolved once, so the checked address is the one to connect to");
            Assert.That(inside.Connections, Is.Zero, "connections to the private address");
        }
    }

    [Test]
    public async Task The_same_name_is_connected_to_if_private_networks_are_allowed()
    {
        var names = new FakeHostResolver { Addresses = [IPAddress.Loopback] };
        using var inside = new ConnectionCounter();
        await using var service = await TestService.StartAsync(clock: _clock, adjust: names.ReplaceResolver);
        var (id, _) = await service.SubscribeAsync(new Uri($"https://rebind.example.com:{inside.Port}/"));
        await service.QueueAsync("crs_1");

        await service.WaitForAttemptsAsync(id, 1);
        Assert.That(inside.Connections, Is.Not.Zero, "the listener counts connections");
    }

    [TestCase("169.254.169.254")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("fd00:ec2::254")]
    [TestCase("127.0.0.1", "169.254.169.254", Description = "one refused address is enough to refuse the name")]
    [TestCase("0.0.0.0")]
    public async Task Cloud_metadata_addresses_are_never_connected_to_even_if_private_networks_are_allowed(params string[] addresses)
    {
        var names = new FakeHostResolver { Addresses = [Public] };
        using var inside = new ConnectionCounter();
        await using var service = await TestService.StartAsync(clock: _clock, adjust: names.ReplaceResolver);
        var (id, _) = await service.SubscribeAsync(new Uri($"https://rebind.example.com:{inside.Port}/"));
        names.Addresses = [.. addresses.Select(IPAddress.Parse)];
        await service.QueueAsync("crs_1");

        var log = await service.WaitForAttemptsAsync(id, 1);
        Assert.That(
            (log.GetProperty("attempts")[0].GetProperty("error").GetString(), inside.Connections), Is.EqualTo(("address_refused", 0)));
    }

    [TestCase("http://169.254.169.254/latest/meta-data/")]
    [TestCase("http://[::ffff:a9fe:a9fe]/")]
    [TestCase("http://[fd00:ec2::254]/")]
    [TestCase("http://0.0.0.0:8080/")]
    [TestCase("http://2852039166/", Description = "169.254.169.254 as one number")]
    [TestCase("http://metadata.example.com/", Description = "a name that resolves to it")]
    public async Task A_URL_of_cloud_metadata_is_refused_even_if_private_networks_are_allowed(string url)
    {
        var names = new FakeHostResolver { Addresses = [IPAddress.Parse("169.254.169.254")] };
        await using var service = await TestService.StartAsync(["Roles=api"], adjust: names.ReplaceResolver);
        using var response = await service.PostTextAsync("/v1/webhooks", $$"""{"url":"{{url}}","eventTypes":["webhook.ping"]}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), await response.Content.ReadAsStringAsync());
        Assert.That((await response.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/endpoint-url"));
    }

    /// <summary>A listener on loopback that counts connections and closes them.</summary>
    private sealed class ConnectionCounter : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private int _connections;

        public ConnectionCounter()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections => Volatile.Read(ref _connections);

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var socket = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _connections);
                }
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
