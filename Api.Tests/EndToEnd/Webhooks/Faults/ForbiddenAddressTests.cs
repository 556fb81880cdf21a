using System.Net;
using System.Net.Sockets;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Webhooks.Faults;

/// <summary>
/// 21 of the fault matrix: no name that changes its address leads into a private network (redirects: <see cref="AnswerSequenceTests"/>).
/// </summary>
internal sealed class ForbiddenAddressTests
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.216.34");

    private readonly ManualTimeProvider _clock = new();

    [TestCase("127.0.0.1")]
    [TestCase("93.184.216.34", "127.0.0.1", Description = "one bad address spoils the name")]
    [TestCase("127.0.0.1", "93.184.216.34")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("64:ff9b::7f00:1")]
    public async Task A_name_that_turns_private_after_the_subscription_is_never_dialled(params string[] addresses)
    {
        var names = new FakeNames { Addresses = [Public] };
        using var inside = new DialCounter();
        await using var service = await TestService.StartAsync(["Webhooks:AllowPrivateNetworks=false"], _clock, adjust: names.Serve);
        var (id, _) = await service.SubscribeAsync(new Uri($"https://rebind.example.com:{inside.Port}/"));
        names.Addresses = [.. addresses.Select(IPAddress.Parse)];
        var asked = names.Asked;
        await service.QueueAsync("crs_1");

        var log = await service.WaitForAttemptsAsync(id, 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.GetProperty("attempts")[0].GetProperty("error").GetString(), Is.EqualTo("address_refused"));
            Assert.That(log.GetProperty("status").GetString(), Is.EqualTo("failed"), "kept for redelivery");
            Assert.That(names.Asked, Is.EqualTo(asked + 1), "asked once: what was checked is what would be dialled");
            Assert.That(inside.Dialled, Is.Zero, "internal hits");
        }
    }

    [Test]
    public async Task The_same_name_is_dialled_where_private_networks_are_allowed()
    {
        var names = new FakeNames { Addresses = [IPAddress.Loopback] };
        using var inside = new DialCounter();
        await using var service = await TestService.StartAsync(clock: _clock, adjust: names.Serve);
        var (id, _) = await service.SubscribeAsync(new Uri($"https://rebind.example.com:{inside.Port}/"));
        await service.QueueAsync("crs_1");

        await service.WaitForAttemptsAsync(id, 1);
        Assert.That(inside.Dialled, Is.Not.Zero, "or the tests above prove nothing");
    }

    [TestCase("169.254.169.254")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("fd00:ec2::254")]
    [TestCase("127.0.0.1", "169.254.169.254", Description = "one bad address spoils the name")]
    [TestCase("0.0.0.0")]
    public async Task Metadata_of_a_cloud_is_never_dialled_even_where_private_networks_are_allowed(params string[] addresses)
    {
        var names = new FakeNames { Addresses = [Public] };
        using var inside = new DialCounter();
        await using var service = await TestService.StartAsync(clock: _clock, adjust: names.Serve);
        var (id, _) = await service.SubscribeAsync(new Uri($"https://rebind.example.com:{inside.Port}/"));
        names.Addresses = [.. addresses.Select(IPAddress.Parse)];
        await service.QueueAsync("crs_1");

        var log = await service.WaitForAttemptsAsync(id, 1);
        Assert.That((log.GetProperty("attempts")[0].GetProperty("error").GetString(), inside.Dialled), Is.EqualTo(("address_refused", 0)));
    }

    [TestCase("http://169.254.169.254/latest/meta-data/")]
    [TestCase("http://[::ffff:a9fe:a9fe]/")]
    [TestCase("http://[fd00:ec2::254]/")]
    [TestCase("http://0.0.0.0:8080/")]
    [TestCase("http://2852039166/", Description = "169.254.169.254 as one number")]
    [TestCase("http://metadata.example.com/", Description = "a name of it")]
    public async Task A_url_of_metadata_is_refused_even_where_private_networks_are_allowed(string url)
    {
        var names = new FakeNames { Addresses = [IPAddress.Parse("169.254.169.254")] };
        await using var service = await TestService.StartAsync(["Roles=api"], adjust: names.Serve);
        using var response = await service.PostTextAsync("/v1/webhooks", $$"""{"url":"{{url}}","eventTypes":["webhook.ping"]}""");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), await response.Content.ReadAsStringAsync());
        Assert.That((await response.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/endpoint-url"));
    }

    /// <summary>A listener of the private network: counts who connects, and hangs up.</summary>
    private sealed class DialCounter : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private int _dialled;

        public DialCounter()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Dialled => Volatile.Read(ref _dialled);

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var socket = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _dialled);
                }
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
