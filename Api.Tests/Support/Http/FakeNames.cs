using System.Net;
using System.Net.Sockets;
using HealthApi.Infrastructure.Webhooks.Sending;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>A name server of the tests: every name has the addresses that the test says, and may change them.</summary>
internal sealed class FakeNames
{
    private int _asked;

    /// <summary>What is answered; without any, the name does not resolve.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    public int Asked => _asked;

    /// <summary>Makes the service ask here.</summary>
    public void Serve(WebApplicationBuilder builder) => builder.Services.Replace(ServiceDescriptor.Singleton<HostResolver>(ResolveAsync));

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        return Addresses.Count > 0 ? Task.FromResult<IPAddress[]>([.. Addresses])
            : throw new SocketException((int)SocketError.HostNotFound);
    }
}
