using HealthApi.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>The broker's client tells of every attempt to connect, with a stack trace each; the service says what matters once.</summary>
internal sealed class ClientLogTests
{
    [TestCase(false, "")]
    [TestCase(true, "--Logging:LogLevel:MassTransit=Warning")]
    public async Task The_client_is_silent_in_the_settings_that_are_shipped_unless_it_is_asked_for(bool speaks, string setting)
    {
        using var folder = new TempFolder();
        string[] arguments =
        [
            $"--contentRoot={AppContext.BaseDirectory}", "--Messaging:Transport=RabbitMq",
            $"--Storage:ConnectionString=Data Source={folder.File("health.db")}", setting,
        ];
        await using var app = ServiceHost.Build([.. arguments.Where(argument => argument.Length > 0)], _ => { });
        var client = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MassTransit.ReceiveTransport");
        Assert.That(client.IsEnabled(LogLevel.Warning), Is.EqualTo(speaks));
    }
}
