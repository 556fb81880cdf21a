using System.Net;
using System.Net.Sockets;
using HealthApi.Infrastructure.Webhooks.Sending;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>A resolver of host names that resolves every name to the addresses that the test sets.</summary>
internal sealed class FakeHostResolver
{
    private int _lookups;

    /// <summary>The addresses of every name; while the list is empty, names do not resolve.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    /// <summary>The number of look-ups, failed ones included.</summary>
    public int Lookups => _lookups;

    /// <summary>Replaces the service's resolver with this one.</summary>
    public void ReplaceResolver(WebApplicationBuilder builder) =>
        builder.Services.Replace(ServiceDescriptor.Singleton<HostResolver>(ResolveAsync));

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _lookups);
        return Addresses.Count > 0 ? Task.FromResult<IPAddress[]>([.. Addresses])
            : throw new SocketException((int)SocketError.HostNotFound);
    }
}
