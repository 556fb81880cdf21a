using System.Net;
using System.Net.Sockets;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>A server that is away or does not answer; none is needed for it.</summary>
internal sealed class SqlServerOutageTests
{
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    [OneTimeSetUp]
    public void Listen() => _silent.Start();

    [OneTimeTearDown]
    public void Close() => _silent.Dispose();

    [Test]
    public Task A_server_that_refuses_is_an_outage_and_no_defect() => IsOutageAsync(port: 9);

    [Test]
    public Task A_server_that_takes_the_connection_and_never_answers_is_an_outage_and_no_defect() =>
        IsOutageAsync(((IPEndPoint)_silent.LocalEndpoint).Port);

    private static async Task IsOutageAsync(int port)
    {
        var away =
            new SqlServerDatabase($"Server=127.0.0.1,{port};Database=health;User ID=nobody;Password=none;Encrypt=False;Connect Timeout=1");
        using (Assert.EnterMultipleScope())
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(
                () => away.ReadAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"), default));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => away.WriteAsync(_ => Task.FromResult(1), default));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => away.MigrateAsync(default));
        }
    }
}
