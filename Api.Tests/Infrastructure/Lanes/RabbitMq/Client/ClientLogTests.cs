using HealthApi.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// The client of the broker logs every attempt to connect, each with a stack trace. The service itself logs an outage once.
/// </summary>
internal sealed class ClientLogTests
{
    [TestCase(false, "")]
    [TestCase(true, "--Logging:LogLevel:MassTransit=Warning")]
    public async Task With_the_shipped_settings_the_client_logs_nothing_unless_a_setting_enables_it(bool isEnabled, string setting)
    {
        using var folder = new TempFolder();
        string[] arguments =
        [
            $"--contentRoot={AppContext.BaseDirectory}", "--Messaging:Transport=RabbitMq",
            $"--Storage:ConnectionString=Data Source={folder.File("health.db")}", setting,
        ];
        await using var app = ServiceHost.Build([.. arguments.Where(argument => argument.Length > 0)], _ => { });
        var client = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MassTransit.ReceiveTransport");
        Assert.That(client.IsEnabled(LogLevel.Warning), Is.EqualTo(isEnabled));
    }
}
