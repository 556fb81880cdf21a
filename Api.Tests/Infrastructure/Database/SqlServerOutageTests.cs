using System.Net;
using System.Net.Sockets;
using Dapper;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>A server that cannot be reached or does not answer. These tests need no SQL Server.</summary>
internal sealed class SqlServerOutageTests
{
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    [OneTimeSetUp]
    public void Listen() => _silent.Start();

    [OneTimeTearDown]
    public void Close() => _silent.Dispose();

    [Test]
    public Task A_server_that_refuses_the_connection_makes_the_store_unavailable() => IsOutageAsync(port: 9);

    [Test]
    public Task A_server_that_accepts_the_connection_and_never_answers_makes_the_store_unavailable() =>
        IsOutageAsync(((IPEndPoint)_silent.LocalEndpoint).Port);

    private static async Task IsOutageAsync(int port)
    {
        var unreachable =
            new SqlServerDatabase($"Server=127.0.0.1,{port};Database=health;User ID=nobody;Password=none;Encrypt=False;Connect Timeout=1");
        using (Assert.EnterMultipleScope())
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(
                () => unreachable.ReadAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"), default));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => unreachable.WriteAsync(_ => Task.FromResult(1), default));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => unreachable.MigrateAsync(default));
        }
    }
}
