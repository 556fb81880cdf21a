using System.Net;
using System.Net.Sockets;
using HealthApi.Api.Http;
using HealthApi.Api.Server;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Server;

/// <summary>The number of connections per address is limited.</summary>
internal sealed class ConnectionGateTests
{
    private static readonly ConnectionGate Gate = new(1, [Networks.TryParse("10.0.0.0/8")!.Value, Networks.TryParse("::1")!.Value]);

    [Test]
    public async Task Connections_beyond_the_limit_of_an_address_are_closed()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Server:Proxies=", "Server:MaxConnectionsPerAddress=3"]);
        var held = new List<HeldRequest>();
        for (var connection = 0; connection < 3; connection++)
        {
            held.Add(await ConnectAsync(service));
            Assert.That(await IsServedAsync(held[^1]));
        }

        Assert.That(await IsServedAsync(service), Is.False, "the fourth connection is closed");
        held[0].Dispose();
        Assert.That(await Eventually.GetAsync(() => IsServedAsync(service), served => served,
            "a new connection is served after another has closed"));
        held.ForEach(request => request.Dispose());
    }

    [Test]
    public async Task Connections_of_trusted_proxies_are_not_limited()
    {
        await using var service = await TestService.StartAsync(
            ["Roles=api", "Server:Proxies=", "Integrations:TrustedProxies:0=127.0.0.0/24", "Server:MaxConnectionsPerAddress=1"]);
        using var held = await ConnectAsync(service);
        Assert.That(await IsServedAsync(held));
        Assert.That(await IsServedAsync(service));
    }

    [TestCase("192.0.2.1", ExpectedResult = "192.0.2.1")]
    [TestCase("::ffff:192.0.2.1", ExpectedResult = "192.0.2.1")]
    [TestCase("2001:db8:1:2:3:4:5:6", ExpectedResult = "2001:db8:1:2::")]
    [TestCase("10.1.2.3", ExpectedResult = null)]
    [TestCase("::ffff:10.1.2.3", ExpectedResult = null)]
    [TestCase("::1", ExpectedResult = null)]
    public string? Addresses_of_one_caller_count_together(string address) => Gate.Caller(IPAddress.Parse(address))?.ToString();

    [TestCase(1_000, 10_000, ExpectedResult = 1_000)]
    [TestCase(1_000, 512, ExpectedResult = 128)]
    [TestCase(1_000, 10, ExpectedResult = 16)]
    [TestCase(0, 512, ExpectedResult = 0)]
    public long An_address_gets_at_most_a_quarter_of_the_connections(int wanted, long connections) =>
        ServerLimits.OfAddress(wanted, connections);

    /// <summary>Connects from an address that no other test uses, and sends a request.</summary>
    private static async Task<bool> IsServedAsync(TestService service)
    {
        try
        {
            using var connection = await ConnectAsync(service);
            return await IsServedAsync(connection);
        }
        catch (SocketException)
        {
            // The server closed the connection while it was being opened.
            return false;
        }
    }

    private static async Task<bool> IsServedAsync(HeldRequest connection)
    {
        try
        {
            await connection.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            return (await connection.AnswerAsync()).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Task<HeldRequest> ConnectAsync(TestService service) =>
        HeldRequest.ConnectAsync(service.Client.BaseAddress!, IPAddress.Parse("127.0.0.77"));
}
